package cryptorobot.deployer.step;

import java.util.List;

/**
 * After how many seconds an instance rolls a release back that was activated and not confirmed.
 *
 * <p>The time is longer than a healthy deploy can need: two stops, as a rollback stops the new
 * release, the time a release has to become healthy, the bake, the delivery and the work of the
 * commands, and an outage of AWS that the retries outlast. systemd stops the robots together, and
 * then the pages. The host waits longer if the release that serves, which this request does not
 * describe, takes longer to stop: see {@code deadline.py}.
 */
final class DeadMan {

  /** {@code TimeoutStopSec} in {@code systemd/crypto-robot.service}. */
  static final int ROBOT_STOP = 30;

  /** {@code TimeoutStopSec} in {@code systemd/crypto-webapp.service}. */
  static final int WEB_STOP = 10;

  /** How long {@code check-health} waits for a service that sets no limit of its own. */
  static final int HEALTH_WINDOW = 120;

  private static final int COMMANDS_AND_OUTAGES = 1000;

  /** As the schema limits it. */
  private static final int LONGEST_BAKE = 300;

  private DeadMan() {}

  static int seconds(DeployRequest request) {
    // Any other operation takes what the request does not name from the manifest of a release.
    return request.operation() == Operation.DEPLOY
        ? seconds(
            stop(request.chosenServices()), start(request.chosenServices()), request.bakeSeconds())
        : seconds(ROBOT_STOP + WEB_STOP, HEALTH_WINDOW, LONGEST_BAKE);
  }

  private static int seconds(int stop, int start, int bake) {
    return COMMANDS_AND_OUTAGES + start + bake + 2 * stop;
  }

  private static int stop(List<Service> services) {
    return longestStop(services, true) + longestStop(services, false);
  }

  private static int longestStop(List<Service> services, boolean robots) {
    return services.stream()
        .filter(service -> service.enabled() && service.isRobot() == robots)
        .mapToInt(service -> service.stopSeconds().orElse(robots ? ROBOT_STOP : WEB_STOP))
        .max()
        .orElse(0);
  }

  private static int start(List<Service> services) {
    return services.stream()
        .filter(Service::enabled)
        .mapToInt(service -> service.startSeconds().orElse(HEALTH_WINDOW))
        .reduce(HEALTH_WINDOW, Math::max);
  }
}
