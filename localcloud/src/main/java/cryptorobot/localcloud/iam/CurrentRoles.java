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

/** The stack's roles, as if it were updated whenever an environment comes or goes. */
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

  /** The roles of a stack with one environment, whichever: what every stack grants. */
  StackRoles ofAnyEnvironment() {
    return template.roles(List.of("any"));
  }

  /** The one role of all state machines; the engine's calls do not tell them apart. */
  static Role ofMachines(StackRoles roles) {
    List<Role> distinct = roles.machines().values().stream().distinct().toList();
    if (distinct.size() != 1) {
      throw new IllegalArgumentException("the state machines do not have one role: " + distinct);
    }
    return distinct.getFirst();
  }

  /** Fails unless every one of these functions has a role, and the state machines have one. */
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
