package cryptorobot.deployer.hostile;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Prints at the end of a run how many bad inputs of each kind were tried, and the seed. */
final class Tally implements AfterTestExecutionCallback, TestExecutionExceptionHandler {

  @Override
  public void afterTestExecution(ExtensionContext test) {
    String kind = test.getRequiredTestMethod().getAnnotation(Hostile.class).value();
    test.getRoot()
        .getStore(ExtensionContext.Namespace.create(Tally.class))
        .computeIfAbsent(Totals.class, _ -> new Totals(), Totals.class)
        .add(kind);
  }

  /** Adds to a failure how to reproduce it. */
  @Override
  public void handleTestExecutionException(ExtensionContext test, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new AssertionError("to reproduce: -Dhostile.seed=" + HostileTexts.SEED));
    throw failure;
  }

  private static final class Totals implements AutoCloseable {
    private final Map<String, Integer> tried = new TreeMap<>();

    synchronized void add(String kind) {
      tried.merge(kind, 1, Integer::sum);
    }

    @Override
    public synchronized void close() {
      String kinds =
          tried.entrySet().stream()
              .map(kind -> "  %5d %s".formatted(kind.getValue(), kind.getKey()))
              .collect(Collectors.joining("\n"));
      int all = tried.values().stream().mapToInt(Integer::intValue).sum();
      System.out.println(
          "Bad inputs tried: %d, seed %d (again: -Dhostile.seed=%2$d)\n%s"
              .formatted(all, HostileTexts.SEED, kinds));
    }
  }
}
