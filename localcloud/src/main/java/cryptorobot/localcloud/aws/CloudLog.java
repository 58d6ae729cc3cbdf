package cryptorobot.localcloud.aws;

import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.CallLog;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The log: one line per event, with a timestamp. It never receives the content of calls. */
public final class CloudLog implements CallLog {
  private final PrintStream out;
  private final InstantSource clock;

  public CloudLog(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  public void log(String message) {
    out.println(clock.instant() + " " + message.replace("\n", "\n  "));
  }

  @Override
  public void called(String accessKeyId, String action, int status, String error) {
    log(accessKeyId + " " + action + " " + status + (error.isEmpty() ? "" : " " + error));
  }

  @Override
  public void internalError(String action, RuntimeException fault) {
    StringBuilder text = new StringBuilder(action + " failed: " + fault.getClass().getName());
    // No exception messages: they may quote the content of the call.
    for (StackTraceElement element : fault.getStackTrace()) {
      text.append("\n  at ").append(element);
    }
    log(text.toString());
  }

  /**
   * Logs the result of an asynchronous invocation. On AWS, too, the error of a function is in its
   * log.
   */
  public void asynchronousResult(Function function, InvocationResult result) {
    switch (result) {
      case InvocationResult.Returned _ -> log("lambda: " + function.name() + " done");
      case InvocationResult.Unhandled failed ->
          log(
              "lambda: %s failed: %s"
                  .formatted(
                      function.name(), new String(failed.payload(), StandardCharsets.UTF_8)));
    }
  }

  /** Logs a line that a function wrote. */
  public void functionLine(Function function, String line) {
    log("lambda: " + function.name() + ": " + line.stripTrailing());
  }
}
