package cryptorobot.deployer.step;

import java.util.Optional;

/**
 * A program of the application. The schema describes its fields.
 *
 * @param heartbeatFile the file that the program touches while it works, below a persistent path
 * @param maxAgeSeconds the maximum age of this file
 */
record Service(
    String name,
    String type,
    String command,
    boolean enabled,
    Optional<String> heartbeatFile,
    Optional<Integer> maxAgeSeconds) {

  Service runningIn(Mode mode) {
    return new Service(
        name, type, command, enabled && mode.runs(this), heartbeatFile, maxAgeSeconds);
  }
}
