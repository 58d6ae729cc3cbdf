package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import java.util.List;

/**
 * The oldest agent that passes parameters as environment variables.
 *
 * <p>An older agent silently ignores {@code interpolationType: ENV_VAR} and leaves the variables
 * unset.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
final class AgentVersion {

  private static final List<Integer> OLDEST = List.of(3, 3, 2746, 0);

  private AgentVersion() {}

  /** Returns the version. Throws {@code InstanceUnusable} if it is too old. */
  static String requireUsable(String instanceId, String version) {
    if (!version.matches("[0-9]{1,8}(\\.[0-9]{1,8}){1,5}")) {
      throw new InstanceUnusable(instanceId + ": the version of its agent cannot be parsed");
    }
    String[] parts = version.split("\\.");
    for (int i = 0; i < OLDEST.size(); i++) {
      int part = i < parts.length ? Integer.parseInt(parts[i]) : 0;
      if (part != OLDEST.get(i)) {
        if (part < OLDEST.get(i)) {
          throw new InstanceUnusable(
              "%s: its agent %s is too old, 3.3.2746.0 or newer is required: update the agent"
                  .formatted(instanceId, version));
        }
        return version;
      }
    }
    return version;
  }
}
