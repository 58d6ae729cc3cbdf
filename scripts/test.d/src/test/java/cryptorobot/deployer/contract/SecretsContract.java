package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.StoredSecret;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the secret store is relied on for: above all, that an absence is never an outage. */
abstract class SecretsContract {
  private final String name = Preparation.fresh("secret");
  private Target target;
  private Secrets secrets;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
    secrets = target.adapters(Who.OPERATOR).secrets();
  }

  @Test
  void saysWhichVersionIsCurrent() {
    String first = target.prepare().secret(name, "one");
    assertEquals(first, secrets.currentVersion(name));
    String second = target.prepare().nextVersion(name, "two");
    assertEquals(second, secrets.currentVersion(name));
  }

  @Test
  void readsExactlyTheVersionAskedFor() {
    String first = target.prepare().secret(name, "one");
    String second = target.prepare().nextVersion(name, "two");
    assertEquals("one", text(secrets.read(name, first)));
    assertEquals("two", text(secrets.read(name, second)));
  }

  @Test
  void neverPrintsWhatItRead() {
    String version = target.prepare().secret(name, "sentinel-5f1c");
    StoredSecret read = secrets.read(name, version);
    assertEquals("sentinel-5f1c", text(read));
    assertFalse(read.toString().contains("sentinel"), read::toString);
  }

  @Test
  void aSecretThatIsNotThereIsAnAnswer() {
    assertEquals("", secrets.currentVersion(name));
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, UUID.randomUUID().toString()));
  }

  @Test
  void aVersionThatIsNotThereIsAnAnswer() {
    target.prepare().secret(name, "one");
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, UUID.randomUUID().toString()));
  }

  @Test
  void aSecretMarkedForDeletionCountsAsNotThere() {
    String version = target.prepare().secret(name, "one");
    target.prepare().markForDeletion(name);
    assertEquals("", secrets.currentVersion(name));
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, version));
  }

  @Test
  void bytesAreNoText() {
    String version = target.prepare().secretOfBytes(name);
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, version));
  }

  @Test
  void aLackOfRightsIsNoAbsence() {
    target.mustBeAbleTo(Ability.DENIES);
    String version = target.prepare().secret(name, "one");
    Secrets stranger = target.adapters(Who.STRANGER).secrets();
    assertThrows(AccessDenied.class, () -> stranger.currentVersion(name));
    assertThrows(AccessDenied.class, () -> stranger.read(name, version));
  }

  @Test
  void anOutageIsNoAbsence() {
    target.mustBeAbleTo(Ability.THROTTLES);
    Secrets throttled = target.adapters(Who.THROTTLED).secrets();
    assertThrows(AwsUnavailable.class, () -> throttled.read(name, "v1"));
  }

  private static String text(StoredSecret stored) {
    return assertInstanceOf(StoredSecret.Present.class, stored).text().reveal();
  }
}
