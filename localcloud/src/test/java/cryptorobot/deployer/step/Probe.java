package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A function that runs the action in its payload; tests of the runners pack it into a jar. */
public final class Probe implements RequestStreamHandler {
  /** A function's own error. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message, new IllegalStateException("the root"));
    }
  }

  private final Map<String, String> environment;
  private int served;

  public Probe() {
    this(System.getenv());
  }

  public Probe(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    served++;
    String word = new String(input.readAllBytes(), StandardCharsets.UTF_8).replace("\"", "");
    String[] parts = word.split(" ", 2);
    String answer =
        switch (parts[0]) {
          case "served" -> Integer.toString(served);
          case "environment" -> String.valueOf(environment.get(parts[1]));
          case "function" -> context.getFunctionName() + " " + context.getInvokedFunctionArn();
          case "remaining" -> Boolean.toString(context.getRemainingTimeInMillis() > 1000);
          case "visible" -> visible(parts[1]);
          case "refuse" -> throw new Refused(parts[1]);
          case "hang" -> hang();
          case "exit" -> exit();
          case "temporary" -> Files.createTempFile("probe", ".txt").toString();
          case "process" -> Long.toString(ProcessHandle.current().pid());
          default -> word;
        };
    context.getLogger().log("answered " + parts[0]);
    output.write(("\"" + answer + "\"").getBytes(StandardCharsets.UTF_8));
  }

  private static String visible(String type) {
    try {
      Class.forName(type);
      return "yes";
    } catch (ClassNotFoundException e) {
      return "no";
    }
  }

  private static String hang() {
    try {
      new CountDownLatch(1).await();
      return "never";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  private static String exit() {
    Runtime.getRuntime().halt(3);
    return "never";
  }
}
