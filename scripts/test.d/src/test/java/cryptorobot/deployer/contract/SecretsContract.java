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

/**
 * What the deployer relies on in Secrets Manager: above all, an outage is never reported as a
 * missing secret.
 */
abstract class SecretsContract {
  private final String name = Preparation.fresh("secret");
  private Target target;
  private Secrets secrets;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
    secrets = target.adapters(Principal.OPERATOR).secrets();
  }

  @Test
  void reportsTheCurrentVersion() {
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
  void aMissingSecretIsAnAnswer() {
    assertEquals("", secrets.currentVersion(name));
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, UUID.randomUUID().toString()));
  }

  @Test
  void aMissingVersionIsAnAnswer() {
    target.prepare().secret(name, "one");
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, UUID.randomUUID().toString()));
  }

  @Test
  void aSecretMarkedForDeletionCountsAsMissing() {
    String version = target.prepare().secret(name, "one");
    target.prepare().markForDeletion(name);
    assertEquals("", secrets.currentVersion(name));
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, version));
  }

  @Test
  void aBinarySecretIsNotAString() {
    String version = target.prepare().secretOfBytes(name);
    assertInstanceOf(StoredSecret.Missing.class, secrets.read(name, version));
  }

  @Test
  void aMissingRightIsNotAMissingSecret() {
    target.requires(Ability.DENIES);
    String version = target.prepare().secret(name, "one");
    Secrets unprivileged = target.adapters(Principal.UNPRIVILEGED).secrets();
    assertThrows(AccessDenied.class, () -> unprivileged.currentVersion(name));
    assertThrows(AccessDenied.class, () -> unprivileged.read(name, version));
  }

  @Test
  void anOutageIsNotAMissingSecret() {
    target.requires(Ability.THROTTLES);
    Secrets throttled = target.adapters(Principal.THROTTLED).secrets();
    assertThrows(AwsUnavailable.class, () -> throttled.read(name, "v1"));
  }

  private static String text(StoredSecret stored) {
    return assertInstanceOf(StoredSecret.Present.class, stored).text().reveal();
  }
}
