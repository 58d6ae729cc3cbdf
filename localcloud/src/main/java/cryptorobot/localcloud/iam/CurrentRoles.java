package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.template.StackRoles;
import cryptorobot.localcloud.iam.template.StackTemplate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The roles of the stack, as if the stack were updated for every new or removed environment. */
public final class CurrentRoles {
  private record Read(Set<String> environments, StackRoles roles) {}

  private final StackTemplate template;
  private final Supplier<Collection<String>> environments;
  private final AtomicReference<Read> last = new AtomicReference<>();

  public CurrentRoles(StackTemplate template, Supplier<Collection<String>> environments) {
    this.template = template;
    this.environments = environments;
  }

  StackRoles get() {
    Set<String> now = new TreeSet<>(environments.get());
    Read known = last.get();
    if (known == null || !known.environments().equals(now)) {
      known = new Read(now, template.roles(now));
      last.set(known);
    }
    return known.roles();
  }

  /** The roles of a stack with one example environment: the grants of every stack. */
  StackRoles ofAnyEnvironment() {
    return template.roles(List.of("any"));
  }

  /** The role of all state machines; calls of the engine do not distinguish them. */
  static Role ofMachines(StackRoles roles) {
    List<Role> distinct = roles.machines().values().stream().distinct().toList();
    if (distinct.size() != 1) {
      throw new IllegalArgumentException("the state machines must share one role: " + distinct);
    }
    return distinct.getFirst();
  }

  /** Throws unless each of these functions has a role and the state machines share one. */
  public void check(Collection<String> functions) {
    StackRoles roles = ofAnyEnvironment();
    ofMachines(roles);
    for (String function : functions) {
      if (!roles.functions().containsKey(function)) {
        throw new IllegalArgumentException("template.yaml has no function " + function);
      }
    }
  }
}
