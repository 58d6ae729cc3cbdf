package cryptorobot.localcloud.aws.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Parameters;
import cryptorobot.localcloud.aws.protocol.QueryApi;
import cryptorobot.localcloud.aws.protocol.QueryStyle;
import cryptorobot.localcloud.aws.protocol.Xml;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** SNS: Publish and ListTopics, with one topic. */
public final class SnsApi implements QueryApi {
  private static final int LARGEST = 262_144;

  private final String topicArn;
  private final PublishedMessages messages;
  private final InstantSource clock;

  public SnsApi(String topicArn, PublishedMessages messages, InstantSource clock) {
    this.topicArn = topicArn;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public String service() {
    return "sns";
  }

  @Override
  public String namespace() {
    return "http://sns.amazonaws.com/doc/2010-03-31/";
  }

  @Override
  public QueryStyle style() {
    return QueryStyle.QUERY;
  }

  @Override
  public Xml call(String operation, Parameters parameters, Caller caller) {
    return switch (operation) {
      case "Publish" -> publish(parameters);
      case "ListTopics" -> {
        parameters.only(operation);
        yield Xml.of("result")
            .add(Xml.of("Topics").add(Xml.of("member").add(Xml.of("TopicArn", topicArn))));
      }
      default -> throw QueryApi.unknown(operation);
    };
  }

  private Xml publish(Parameters parameters) {
    parameters.only("Publish", "TopicArn", "Subject", "Message", "MessageStructure");
    if (!parameters.find("TopicArn").orElseThrow(() -> invalid("TopicArn")).equals(topicArn)) {
      throw new ApiError(404, "NotFound", "Topic does not exist");
    }
    String message = parameters.find("Message").orElseThrow(() -> invalid("Message"));
    if (message.isEmpty() || message.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
      throw invalid(message.isEmpty() ? "Empty message" : "Message too long");
    }
    String subject = parameters.find("Subject").orElse("");
    if (subject.length() > 100 || subject.chars().anyMatch(c -> c < 32)) {
      throw invalid("Subject");
    }
    JsonNode each = forEach(parameters.find("MessageStructure"), message);
    String otherwise = each.path("default").textValue();
    PublishedMessage published =
        new PublishedMessage(
            clock.instant(),
            UUID.randomUUID().toString(),
            topicArn,
            subject,
            each.path("email").asText(otherwise),
            each.path("sqs").asText(otherwise));
    messages.add(published);
    return Xml.of("result").add(Xml.of("MessageId", published.messageId()));
  }

  /**
   * The message for each protocol. With the structure {@code json}, the message is an object that
   * has a default.
   */
  private static JsonNode forEach(Optional<String> structure, String message) {
    if (structure.isEmpty()) {
      return AwsJson.object().put("default", message);
    }
    if (!structure.get().equals("json")) {
      throw invalid("MessageStructure");
    }
    try {
      JsonNode each = AwsJson.parse(message);
      if (each.path("default").isTextual()) {
        return each;
      }
    } catch (JsonProcessingException e) {
      throw invalid("Message Structure - JSON message body failed to parse");
    }
    throw invalid("Message Structure - No default entry in JSON message body");
  }

  private static ApiError invalid(String what) {
    return ApiError.refused("InvalidParameter", "Invalid parameter: " + what);
  }
}
