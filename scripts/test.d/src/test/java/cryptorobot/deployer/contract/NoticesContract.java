package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.ports.Notification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the deployer relies on in SNS. */
abstract class NoticesContract {
  private static final Notification NOTICE =
      new Notification("crypto-robot.local: RolledBack", "It rolled back.\nMend it.", "{\"a\":1}");
  private Target target;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
  }

  @Test
  void publishes() {
    assertDoesNotThrow(
        () -> target.adapters(Principal.OPERATOR).notices(target.topic()).publish(NOTICE));
  }

  @Test
  void sendsEmailAsTextAndProgramsAsJson() {
    target.requires(Ability.SHOWS_NOTICES);
    target.adapters(Principal.OPERATOR).notices(target.topic()).publish(NOTICE);
    assertEquals(NOTICE, target.published().getLast());
  }

  @Test
  void reportsAMissingTopic() {
    String topic = target.topic() + "-not";
    var failure =
        assertThrows(
            StepFailed.class,
            () -> target.adapters(Principal.OPERATOR).notices(topic).publish(NOTICE));
    assertTrue(failure.getMessage().startsWith("sns:Publish: NotFound"), failure::getMessage);
  }

  @Test
  void reportsAMissingRight() {
    target.requires(Ability.DENIES);
    assertThrows(
        AccessDenied.class,
        () -> target.adapters(Principal.UNPRIVILEGED).notices(target.topic()).publish(NOTICE));
  }
}
