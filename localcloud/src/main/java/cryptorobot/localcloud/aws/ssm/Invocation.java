package cryptorobot.localcloud.aws.ssm;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A command on one instance, with its current status.
 *
 * @param responseCode the script's exit code; -1 before the end
 * @param stdout as truncated by the agent
 * @param stderr as truncated by the agent
 */
record Invocation(
    String instanceId,
    InvocationStatus status,
    int responseCode,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    String stdout,
    String stderr) {
  Invocation {
    Objects.requireNonNull(instanceId, "instanceId is null");
    Objects.requireNonNull(status, "status is null");
    Objects.requireNonNull(stdout, "stdout is null");
    Objects.requireNonNull(stderr, "stderr is null");
  }

  static Invocation pending(String instanceId) {
    return new Invocation(
        instanceId, InvocationStatus.PENDING, -1, Optional.empty(), Optional.empty(), "", "");
  }

  Invocation delayed() {
    return new Invocation(
        instanceId, InvocationStatus.DELAYED, -1, startedAt, endedAt, stdout, stderr);
  }

  Invocation started(Instant at) {
    return new Invocation(
        instanceId,
        InvocationStatus.IN_PROGRESS,
        -1,
        startedAt.or(() -> Optional.of(at)),
        Optional.empty(),
        "",
        "");
  }

  Invocation ended(InvocationStatus how, int code, Instant at, String out, String err) {
    return new Invocation(instanceId, how, code, startedAt, Optional.of(at), out, err);
  }

  /** The duration in ISO 8601; empty before the start. */
  String elapsed(Instant now) {
    return startedAt
        .map(start -> Duration.between(start, endedAt.orElse(now)).toString())
        .orElse("");
  }
}
