package cryptorobot.localcloud.aws.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The published notices, one JSON line each in a file that is only ever appended to. */
public final class PublishedMessages {
  private final Path file;

  public PublishedMessages(Path file) {
    this.file = file;
  }

  public synchronized void add(PublishedMessage notice) {
    JsonNode line =
        AwsJson.object()
            .put("at", notice.at().toString())
            .put("message_id", notice.messageId())
            .put("topic_arn", notice.topicArn())
            .put("subject", notice.subject())
            .put("text", notice.text())
            .put("message", notice.message());
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file, AwsJson.text(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them, oldest first. A line cut short by a crash is left out. */
  public synchronized List<PublishedMessage> all() {
    List<PublishedMessage> notices = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          read(line, notices);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(notices);
  }

  private static void read(String line, List<PublishedMessage> into) {
    try {
      JsonNode node = AwsJson.parse(line);
      into.add(
          new PublishedMessage(
              Instant.parse(node.path("at").asText()),
              node.path("message_id").asText(),
              node.path("topic_arn").asText(),
              node.path("subject").asText(),
              node.path("text").asText(),
              node.path("message").asText()));
    } catch (JsonProcessingException e) {
      // The daemon was killed while it wrote this line; the notices before it are whole.
      return;
    }
  }
}
