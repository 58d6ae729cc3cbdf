package cryptorobot.deployer.step;

import java.util.Optional;

/**
 * A program of the application; its fields are those of the schema.
 *
 * @param heartbeatFile what the program touches while it works, below a persistent path
 * @param maxAgeSeconds how old that may become
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
