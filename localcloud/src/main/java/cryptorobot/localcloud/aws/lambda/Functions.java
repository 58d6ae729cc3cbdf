package cryptorobot.localcloud.aws.lambda;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions of the account. */
public final class Functions implements AutoCloseable {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:arn:aws:lambda:[a-z0-9-]+:)?(?:(\\d{12}):)?(?:function:)?([A-Za-z0-9-_]{1,64})(?::(\\$LATEST|[A-Za-z0-9-_]+))?");

  private final Map<String, Function> byName = new TreeMap<>();
  private final FunctionRunner runner;

  public Functions(Collection<Function> functions, FunctionRunner runner) {
    functions.forEach(function -> byName.put(function.name(), function));
    this.runner = runner;
  }

  /** All functions, sorted by name. */
  public List<Function> all() {
    return List.copyOf(byName.values());
  }

  /** Finds a function by name, partial ARN or ARN. The only version is {@code $LATEST}. */
  public Optional<Function> find(String reference) {
    Matcher matcher = REFERENCE.matcher(reference);
    if (!matcher.matches() || (matcher.group(3) != null && !matcher.group(3).equals("$LATEST"))) {
      return Optional.empty();
    }
    return Optional.ofNullable(byName.get(matcher.group(2)));
  }

  public InvocationResult invoke(Function function, byte[] payload) throws InterruptedException {
    return runner.invoke(function, UUID.randomUUID().toString(), payload);
  }

  @Override
  public void close() {
    runner.close();
  }
}
