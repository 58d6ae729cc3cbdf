package cryptorobot.deployer.aws;

import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.deployer.ports.Notifier;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Publishes notifications to an SNS topic: text for mail and chat, JSON for queues, functions and
 * web hooks. SNS selects the message by the protocol of the subscription.
 */
public final class SnsNotifier implements Notifier {

  private final SnsClient sns;
  private final String topic;

  SnsNotifier(SnsClient sns, String topic) {
    this.sns = sns;
    this.topic = topic;
  }

  /** The adapter to the topic {@code TOPIC_ARN}. If it is not set, notifications are dropped. */
  public static Notifier fromEnvironment(Map<String, String> environment) {
    String topic = environment.getOrDefault("TOPIC_ARN", "");
    return topic.isEmpty()
        ? _ -> {}
        : new SnsNotifier(new AwsClients(environment).retrying(SnsClient.builder(), "SNS"), topic);
  }

  @Override
  public void publish(Notification notification) {
    String message =
        Json.object()
            .put("default", notification.text())
            .put("sqs", notification.json())
            .put("lambda", notification.json())
            .put("http", notification.json())
            .put("https", notification.json())
            .toString();
    AwsCall.of(
        "sns:Publish",
        () ->
            sns.publish(
                publish ->
                    publish
                        .topicArn(topic)
                        .subject(notification.subject())
                        .messageStructure("json")
                        .message(message)));
  }
}
