package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.Notification;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotifyChangeTest {

  private static final String REQUEST =
      """
      {"environment": "crypto-robot.local", "operation": "check-health", "execution": "%s",
       "headline": "unhealthy – now", "said": "crypto-robot: ended", "release": "r", "next": "look"}"""
          .formatted(Steps.EXECUTION);

  @Test
  void notifiesOfTheChangeAndOfTheActionToTake() {
    List<Notification> published = new ArrayList<>();
    assertEquals(
        "unhealthy – now",
        Steps.call(new NotifyChange(published::add), REQUEST).get("told").asText());
    Notification notification = published.getFirst();
    assertEquals("crypto-robot.local: unhealthy ? now", notification.subject());
    assertEquals(
        """
        Environment: crypto-robot.local
        crypto-robot: ended
        Release: r
        Next: look
        Execution: %s
        """
            .formatted(Steps.EXECUTION),
        notification.text());
  }

  @Test
  void failsIfTheNotificationIsNotPublished() {
    NotifyChange throttled =
        new NotifyChange(
            _ -> {
              throw new AwsUnavailable("SNS throttles");
            });
    assertThrows(AwsUnavailable.class, () -> Steps.call(throttled, REQUEST));
  }
}
