package cryptorobot.localcloud.aws;

import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.CallLog;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The log: a line each, with the time in front. It is never given what calls carry. */
public final class CloudLog implements CallLog {
  private final PrintStream out;
  private final InstantSource clock;

  public CloudLog(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  public void say(String sentence) {
    out.println(clock.instant() + " " + sentence.replace("\n", "\n  "));
  }

  @Override
  public void called(String accessKeyId, String action, int status, String error) {
    say(accessKeyId + " " + action + " " + status + (error.isEmpty() ? "" : " " + error));
  }

  @Override
  public void broke(String action, RuntimeException fault) {
    StringBuilder text = new StringBuilder(action + " broke: " + fault.getClass().getName());
    // Without messages: they may quote what the call carried.
    for (StackTraceElement element : fault.getStackTrace()) {
      text.append("\n  at ").append(element);
    }
    say(text.toString());
  }

  /**
   * How an asynchronous invocation ended; a function's error is a function's log line on AWS too.
   */
  public void eventEnded(Function function, InvocationResult result) {
    switch (result) {
      case InvocationResult.Returned _ -> say("lambda: " + function.name() + " done");
      case InvocationResult.Unhandled failed ->
          say(
              "lambda: %s failed: %s"
                  .formatted(
                      function.name(), new String(failed.payload(), StandardCharsets.UTF_8)));
    }
  }

  /** A line that a function wrote. */
  public void functionSaid(Function function, String line) {
    say("lambda: " + function.name() + ": " + line.stripTrailing());
  }
}
