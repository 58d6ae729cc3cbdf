package cryptorobot.deployer.step;

import java.util.List;

/**
 * After how many seconds an instance rolls a release back that was activated and not confirmed.
 *
 * <p>The time is longer than a healthy deploy can need: stopping every service, and again for a
 * rollback, the time a release has to become healthy, the bake, the delivery and the work of the
 * commands, and an outage of AWS that the retries outlast.
 */
final class DeadMan {

  /** {@code TimeoutStopSec} in {@code systemd/crypto-robot.service}. */
  static final int ROBOT_STOP = 30;

  /** {@code TimeoutStopSec} in {@code systemd/crypto-webapp.service}. */
  static final int WEB_STOP = 10;

  /** How long {@code check-health} waits at most for the first healthy answer. */
  static final int HEALTH_WINDOW = 120;

  private static final int COMMANDS_AND_OUTAGES = 1000;

  /** As the schema limits them. */
  private static final int MOST_SERVICES = 10;

  private static final int LONGEST_BAKE = 300;

  private DeadMan() {}

  static int seconds(DeployRequest request) {
    // Any other operation takes what the request does not name from the manifest of a release.
    return request.operation() == Operation.DEPLOY
        ? seconds(stop(request.chosenServices()), request.bakeSeconds())
        : seconds(MOST_SERVICES * ROBOT_STOP, LONGEST_BAKE);
  }

  private static int seconds(int stop, int bake) {
    return COMMANDS_AND_OUTAGES + HEALTH_WINDOW + bake + 2 * stop;
  }

  private static int stop(List<Service> services) {
    return services.stream()
        .filter(Service::enabled)
        .mapToInt(service -> service.type().equals("trading_robot") ? ROBOT_STOP : WEB_STOP)
        .sum();
  }
}
