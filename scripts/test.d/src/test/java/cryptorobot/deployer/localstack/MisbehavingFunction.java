package cryptorobot.deployer.localstack;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A function that does what its input requests, to test the executor that runs it. */
public final class MisbehavingFunction
    implements RequestHandler<Map<String, String>, Map<String, String>> {
  private int invocations;

  @Override
  public Map<String, String> handleRequest(Map<String, String> input, Context context) {
    invocations++;
    System.out.println("invocation " + invocations + " prints this");
    return switch (input.getOrDefault("do", "return")) {
      case "throw" -> throw new IllegalStateException("as requested");
      case "exit" -> {
        Runtime.getRuntime().halt(3);
        yield Map.of();
      }
      case "wait" -> {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        yield Map.of();
      }
      default ->
          Map.of(
              "invocations",
              String.valueOf(invocations),
              "request",
              context.getAwsRequestId(),
              "function",
              context.getFunctionName(),
              "setting",
              System.getenv("SETTING"));
    };
  }
}
