package cryptorobot.deployer.endtoend;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link FaultFixture}, which is made for the first test that needs it, and the
 * one {@link FaultTable}. After a broken invariant it makes the fixture ready for the next fault.
 * After every class it searches for secrets that the faults exposed.
 */
final class Faults
    implements ParameterResolver, InvocationInterceptor, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(Faults.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == FaultFixture.class || type == FaultTable.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == FaultTable.class
        ? table(context)
        : context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(FaultFixture.class, _ -> FaultFixture.ready(), FaultFixture.class);
  }

  private static FaultTable table(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(FaultTable.class, _ -> new FaultTable(), FaultTable.class);
  }

  private static Optional<FaultFixture> fixture(ExtensionContext context) {
    return Optional.ofNullable(
        context.getRoot().getStore(NAMESPACE).get(FaultFixture.class, FaultFixture.class));
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> fault, DynamicTestInvocationContext dynamic, ExtensionContext context)
      throws Throwable {
    try {
      fault.proceed();
    } catch (Throwable broken) {
      recover(context, broken);
      throw broken;
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      fixture(context).ifPresent(fixture -> fixture.owners().releaseIfTaken());
    } catch (RuntimeException | AssertionError broken) {
      recover(context, broken);
      throw broken;
    }
    context.getExecutionException().ifPresent(broken -> recover(context, broken));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    Optional<FaultFixture> fixture = fixture(context);
    if (fixture.isPresent()) {
      table(context)
          .run(
              "all of these",
              context.getDisplayName() + ": what the cloud wrote, notices, journal",
              () -> fixture.get().assertNoSecretFound());
    }
  }

  private static void recover(ExtensionContext context, Throwable broken) {
    fixture(context)
        .ifPresent(
            fixture -> {
              try {
                fixture.recover();
              } catch (RuntimeException | AssertionError e) {
                broken.addSuppressed(e);
              }
            });
  }
}
