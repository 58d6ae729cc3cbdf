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
 * Tells what a reading of an environment found changed.
 *
 * <p>The host remembers what was told, and is told so only after this: a notice that is lost comes
 * again with the next reading, and one whose answer is lost comes twice.
 */
public final class NotifyChange implements RequestStreamHandler {

  private static final int LONGEST_SUBJECT = 100;

  /**
   * @param operation the reading, such as {@code check-health}
   * @param headline what changed, in a few words, such as {@code unhealthy}
   * @param said what was found, a sentence
   * @param next what a person should do
   */
  record Request(
      String environment,
      String operation,
      String execution,
      String headline,
      String said,
      String release,
      String next) {

    Notification notice() {
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

  private final Notifier notices;

  /** On AWS, as the function's environment configures it. */
  public NotifyChange() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public NotifyChange(Map<String, String> environment) {
    this(SnsNotifier.fromEnvironment(environment));
  }

  NotifyChange(Notifier notices) {
    this.notices = notices;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class)));
  }

  Result run(Request request) {
    notices.publish(request.notice());
    return new Result(request.headline());
  }
}
