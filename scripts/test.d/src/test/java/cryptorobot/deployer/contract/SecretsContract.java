package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.Secrets;
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
  void aMissingSecretIsAnAnswer() {
    assertEquals("", secrets.currentVersion(name));
  }

  @Test
  void aSecretMarkedForDeletionCountsAsMissing() {
    target.prepare().secret(name, "one");
    target.prepare().markForDeletion(name);
    assertEquals("", secrets.currentVersion(name));
  }

  @Test
  void aMissingRightIsNotAMissingSecret() {
    target.requires(Ability.DENIES);
    target.prepare().secret(name, "one");
    Secrets unprivileged = target.adapters(Principal.UNPRIVILEGED).secrets();
    assertThrows(AccessDenied.class, () -> unprivileged.currentVersion(name));
  }

  @Test
  void anOutageIsNotAMissingSecret() {
    target.requires(Ability.THROTTLES);
    Secrets throttled = target.adapters(Principal.THROTTLED).secrets();
    assertThrows(AwsUnavailable.class, () -> throttled.currentVersion(name));
  }
}
