package cryptorobot.localcloud.aws.ssm;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A command as it was sent. */
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

  /** When it is too late to begin: the delivery timeout. */
  Instant deliverBefore() {
    return requestedAt.plusSeconds(timeoutSeconds);
  }

  /** When SSM stops waiting for a word from the agent: delivery and execution timeout together. */
  Instant expiresAfter() {
    return deliverBefore().plusSeconds(document.executionTimeout().toSeconds());
  }
}
