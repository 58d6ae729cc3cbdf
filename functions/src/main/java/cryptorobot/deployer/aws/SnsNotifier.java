package cryptorobot.deployer.aws;

import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.deployer.ports.Notifier;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Notices over an SNS topic: prose for mail and chat, the report's JSON for queues, functions and
 * web hooks, by the topic's own choice of message per protocol.
 */
public final class SnsNotifier implements Notifier {

  private final SnsClient sns;
  private final String topic;

  SnsNotifier(SnsClient sns, String topic) {
    this.sns = sns;
    this.topic = topic;
  }

  /** The adapter to the topic {@code TOPIC_ARN}; without one, notices go nowhere. */
  public static Notifier fromEnvironment(Map<String, String> environment) {
    String topic = environment.getOrDefault("TOPIC_ARN", "");
    return topic.isEmpty()
        ? notice -> {}
        : new SnsNotifier(new AwsClients(environment).repeating(SnsClient.builder(), "SNS"), topic);
  }

  @Override
  public void publish(Notification notice) {
    String message =
        Json.object()
            .put("default", notice.text())
            .put("sqs", notice.json())
            .put("lambda", notice.json())
            .put("http", notice.json())
            .put("https", notice.json())
            .toString();
    AwsCall.of(
        "sns:Publish",
        () ->
            sns.publish(
                publish ->
                    publish
                        .topicArn(topic)
                        .subject(notice.subject())
                        .messageStructure("json")
                        .message(message)));
  }
}
