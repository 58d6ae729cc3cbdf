package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import java.util.List;

/**
 * The oldest agent that hands parameters over as environment variables.
 *
 * <p>An older one ignores {@code interpolationType: ENV_VAR} without a word and leaves the
 * variables unset.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
final class AgentVersion {

  private static final List<Integer> OLDEST = List.of(3, 3, 2746, 0);

  private AgentVersion() {}

  /** The version itself, or {@code InstanceUnusable}. */
  static String demandUsable(String instanceId, String version) {
    if (!version.matches("[0-9]{1,8}(\\.[0-9]{1,8}){1,5}")) {
      throw new InstanceUnusable(instanceId + ": its agent's version is unreadable");
    }
    String[] parts = version.split("\\.");
    for (int i = 0; i < OLDEST.size(); i++) {
      int part = i < parts.length ? Integer.parseInt(parts[i]) : 0;
      if (part != OLDEST.get(i)) {
        if (part < OLDEST.get(i)) {
          throw new InstanceUnusable(
              "%s: its agent %s is too old, 3.3.2746.0 is needed: update the agent"
                  .formatted(instanceId, version));
        }
        return version;
      }
    }
    return version;
  }
}
