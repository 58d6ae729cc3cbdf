package cryptorobot.deployer.local.endtoend;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link Victim} of all faults, made when the first of them asks, and the one
 * {@link FaultTable}.
 */
final class Faults implements ParameterResolver {
  private static final Namespace OURS = Namespace.create(Faults.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Victim.class || type == FaultTable.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var store = context.getRoot().getStore(OURS);
    if (parameter.getParameter().getType() == FaultTable.class) {
      return store.getOrComputeIfAbsent(FaultTable.class, _ -> new FaultTable(), FaultTable.class);
    }
    return store.getOrComputeIfAbsent(Victim.class, _ -> Victim.ready(), Victim.class);
  }
}
