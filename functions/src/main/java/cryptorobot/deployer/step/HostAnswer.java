package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.failure.DeploymentFailure.StepRunning;
import cryptorobot.deployer.failure.DeploymentFailure.StepTimedOut;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.CommandState;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the result of a host step: one JSON object, alone on the last line of its output. */
final class HostAnswer {

  /**
   * The length at which the agent (in bytes) and the service (in characters) truncate the output.
   */
  private static final int LIMIT = 24_000;

  /** The end of an output that the agent truncated. */
  private static final String CUT_MARK = "--output truncated--";

  private static final Pattern NAME = Pattern.compile("\\{\"failure\":\"([A-Za-z]+)\"");

  /**
   * A higher exit code means that a signal ended the script; a negative one, that its shell was
   * killed.
   */
  private static final int HIGHEST_OWN_CODE = 128;

  private static final String TRUNCATED =
      "its output was truncated: it is longer than 24,000 bytes";

  private static final int EVIDENCE = 1_000;

  private HostAnswer() {}

  /**
   * @param timeout the time limit of the step
   */
  static ObjectNode of(HostStep step, Duration timeout, CommandState state) {
    return switch (state) {
      case CommandState.Ended ended when ended.exitCode() == 0 -> result(step, ended);
      case CommandState.Ended ended -> throw failure(step, ended);
      case CommandState.Undelivered undelivered ->
          throw new HostUnreachable(
              "%s could not be delivered to %s (%s)"
                  .formatted(step.step(), step.host().instanceId(), undelivered.details()));
      case CommandState.Lost _ ->
          throw new HostUnreachable(
              "%s on %s was reported without exit code and output, as after a power loss: its outcome is unknown"
                  .formatted(step.step(), step.host().instanceId()));
      case CommandState.TimedOut timedOut
          when timedOut.killedAfter().filter(ran -> ran.compareTo(timeout) < 0).isPresent() ->
          throw new StepFailed(
              "%s was killed after %d of its %d seconds (code 137)"
                  .formatted(
                      step.step(), timedOut.killedAfter().get().toSeconds(), timeout.toSeconds()));
      case CommandState.TimedOut _ ->
          throw new StepTimedOut(
              step.step() + " reached its time limit on " + step.host().instanceId());
      case CommandState.Stopped stopped ->
          throw new StepFailed(
              "%s was cancelled, or refused by Systems Manager (%s)"
                  .formatted(step.step(), stopped.details()));
      case CommandState.Running _ -> throw new StepRunning(step.step() + " is still running");
    };
  }

  /**
   * Whether the host lacks the program in the version that the step runs in; it did nothing then.
   */
  static boolean lacksProgram(CommandState state) {
    return state instanceof CommandState.Ended ended
        && ended.exitCode() != 0
        && name(ended).equals("ProgramMissing");
  }

  private static ObjectNode result(HostStep step, CommandState.Ended ended) {
    return object(ended)
        .orElseThrow(
            () ->
                new StepFailed(
                    step.step()
                        + " succeeded, but "
                        + (isTruncated(ended) ? TRUNCATED : "its last line is not a JSON object")
                        + evidence(ended)));
  }

  private static DeploymentFailure failure(HostStep step, CommandState.Ended ended) {
    String message =
        object(ended)
            .map(answer -> answer.path("message").asText())
            .filter(text -> !text.isEmpty())
            .orElseGet(() -> end(ended) + evidence(ended));
    return HostFailure.of(name(ended), step.step() + ": " + message);
  }

  /**
   * The name of the failure that the step reports. It comes first, so a truncated answer still has
   * it.
   */
  private static String name(CommandState.Ended ended) {
    Matcher name = NAME.matcher(lastLine(ended));
    return name.lookingAt() ? name.group(1) : "";
  }

  private static String end(CommandState.Ended ended) {
    boolean killed = ended.exitCode() < 0 || ended.exitCode() > HIGHEST_OWN_CODE;
    return (killed ? "was killed (code %d)" : "ended with code %d").formatted(ended.exitCode())
        + (isTruncated(ended) ? "; " + TRUNCATED : "");
  }

  private static boolean isTruncated(CommandState.Ended ended) {
    return ended.output().length() >= LIMIT || ended.output().endsWith(CUT_MARK);
  }

  /** A truncated answer is not used, even if the rest of it is an object. */
  private static Optional<ObjectNode> object(CommandState.Ended ended) {
    if (isTruncated(ended)) {
      return Optional.empty();
    }
    return Json.object(lastLine(ended));
  }

  private static String lastLine(CommandState.Ended ended) {
    String output = ended.output().stripTrailing();
    return output.substring(output.lastIndexOf('\n') + 1);
  }

  /** The end of its log. Scripts log to stderr, and never log a secret. */
  private static String evidence(CommandState.Ended ended) {
    String errors = ended.errors().strip();
    String end = errors.substring(Math.max(0, errors.length() - EVIDENCE));
    return end.isEmpty() ? "" : "; the end of its log: " + end;
  }
}
