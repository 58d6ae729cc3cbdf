package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import cryptorobot.deployer.aws.SnsNotifier;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.deployer.ports.Notifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Notifies of a change that the watch found in an environment.
 *
 * <p>The host records what was notified, and only after this function has succeeded. A lost
 * notification is therefore sent again after the next check, and one whose response is lost is sent
 * twice.
 */
public final class NotifyChange implements RequestStreamHandler {

  private static final int LONGEST_SUBJECT = 100;

  /**
   * @param operation the operation of the watch, such as {@code check-health}
   * @param headline what changed, in a few words, such as {@code unhealthy}
   * @param said what the watch found, as a sentence
   * @param next the action that a person should take
   */
  record Request(
      String environment,
      String operation,
      String execution,
      String headline,
      String said,
      String release,
      String next) {

    Notification notification() {
      String subject = (environment + ": " + headline).replaceAll("[^\\x20-\\x7e]", "?");
      String text =
          """
          Environment: %s
          %s
          Release: %s
          Next: %s
          Execution: %s
          """
              .formatted(environment, said, release, next, execution);
      return new Notification(
          subject.substring(0, Math.min(subject.length(), LONGEST_SUBJECT)), text, Json.text(this));
    }
  }

  record Result(String told) {}

  private final Notifier notifier;

  /** On AWS, as the function's environment configures it. */
  public NotifyChange() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public NotifyChange(Map<String, String> environment) {
    this(SnsNotifier.fromEnvironment(environment));
  }

  NotifyChange(Notifier notifier) {
    this.notifier = notifier;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class)));
  }

  Result run(Request request) {
    notifier.publish(request.notification());
    return new Result(request.headline());
  }
}
