package cryptorobot.deployer.local.cloud.lambda;

import java.util.Map;

/**
 * The environment variables that code of functions sees in place of this process's own. Each
 * function has its own on Lambda; here they share a process, so calls of {@link System#getenv} in
 * their classes are directed to this class when they are loaded ({@link FunctionClasses}).
 *
 * <p>The current function's variables follow its thread and the threads it starts.
 */
public final class FunctionEnvironment {
  private static final InheritableThreadLocal<Map<String, String>> CURRENT =
      new InheritableThreadLocal<>();

  private FunctionEnvironment() {}

  /** Stands in for {@link System#getenv(String)}. */
  public static String getenv(String name) {
    return getenv().get(name);
  }

  /** Stands in for {@link System#getenv()}; nothing of this process shows through. */
  public static Map<String, String> getenv() {
    Map<String, String> current = CURRENT.get();
    return current == null ? Map.of() : current;
  }

  /** From now on this thread is a function's. */
  static void enter(Map<String, String> environment) {
    CURRENT.set(Map.copyOf(environment));
  }
}
