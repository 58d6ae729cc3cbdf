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

/** The roles of the stacks, as if one were created or deleted with every environment. */
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

  /** The name of the one role of an environment's state machines. */
  public String nameOfMachines(String environment) {
    List<String> distinct =
        template.roles(List.of(environment)).machines().values().stream()
            .map(Role::name)
            .distinct()
            .toList();
    if (distinct.size() != 1) {
      throw new IllegalArgumentException("the state machines must share one role: " + distinct);
    }
    return distinct.getFirst();
  }

  /** Throws unless each of these functions has a role. */
  public void check(Collection<String> functions) {
    StackRoles roles = ofAnyEnvironment();
    for (String function : functions) {
      if (!roles.functions().containsKey(function)) {
        throw new IllegalArgumentException("template.yaml has no function " + function);
      }
    }
  }
}
