package cryptorobot.localcloud.iam.template;

import cryptorobot.localcloud.iam.policy.Role;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The roles of the deployer's stack and of the environments' stacks, grouped by the principal that
 * assumes them.
 *
 * @param functions by the function's name
 * @param machines by the state machine's name
 * @param instances by the instance's environment
 * @param others by role name: the roles of schedules and of GitHub
 */
public record StackRoles(
    Map<String, Role> functions,
    Map<String, Role> machines,
    Map<String, Role> instances,
    Map<String, Role> others) {
  public StackRoles {
    functions = Map.copyOf(functions);
    machines = Map.copyOf(machines);
    instances = Map.copyOf(instances);
    others = Map.copyOf(others);
  }

  /** Each role once. */
  public List<Role> all() {
    Map<String, Role> byName = new TreeMap<>();
    Stream.of(functions, machines, instances, others)
        .flatMap(roles -> roles.values().stream())
        .forEach(role -> byName.put(role.name(), role));
    return List.copyOf(byName.values());
  }
}
