package cryptorobot.localcloud.aws.ssm;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A command as sent. */
record Command(
    String id,
    Document document,
    Map<String, List<String>> parameters,
    String comment,
    List<String> instanceIds,
    Instant requestedAt,
    int timeoutSeconds) {
  Command {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(document, "document is null");
    parameters = Map.copyOf(parameters);
    Objects.requireNonNull(comment, "comment is null");
    instanceIds = List.copyOf(instanceIds);
    Objects.requireNonNull(requestedAt, "requestedAt is null");
  }

  /** The delivery timeout: the agent does not start the command after this time. */
  Instant deliverBefore() {
    return requestedAt.plusSeconds(timeoutSeconds);
  }

  /** The time until SSM waits for the agent's report: delivery timeout plus execution timeout. */
  Instant expiresAfter() {
    return deliverBefore().plusSeconds(document.executionTimeout().toSeconds());
  }
}
