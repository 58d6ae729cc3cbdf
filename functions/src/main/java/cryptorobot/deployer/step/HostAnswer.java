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

/** Reads what a host step answered: one JSON object, alone on the last line of its output. */
final class HostAnswer {

  /** Where the agent cuts a script's output, in bytes, and the service in characters. */
  private static final int CUT = 24_000;

  /** What the agent then ends it with. */
  private static final String CUT_MARK = "--output truncated--";

  private static final Pattern NAME = Pattern.compile("\\{\"failure\":\"([A-Za-z]+)\"");

  /** Exit codes above say which signal ended a script; below 0 its shell was killed. */
  private static final int HIGHEST_OWN_CODE = 128;

  private static final String ANSWER_CUT = "its answer was cut: it is longer than 24,000 bytes";

  private static final int EVIDENCE = 1_000;

  private HostAnswer() {}

  /**
   * @param timeout how long the step may run
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
              "%s on %s was reported without an exit or any output, as after a power loss: its outcome is unknown"
                  .formatted(step.step(), step.host().instanceId()));
      case CommandState.TimedOut timedOut
          when timedOut.killedAfter().filter(ran -> ran.compareTo(timeout) < 0).isPresent() ->
          throw new StepFailed(
              "%s was ended from outside after %d of its %d seconds (code 137)"
                  .formatted(
                      step.step(), timedOut.killedAfter().get().toSeconds(), timeout.toSeconds()));
      case CommandState.TimedOut _ ->
          throw new StepTimedOut(
              step.step() + " used up its execution time on " + step.host().instanceId());
      case CommandState.Stopped stopped ->
          throw new StepFailed(
              "%s was ended from outside (%s)".formatted(step.step(), stopped.details()));
      case CommandState.Running _ -> throw new StepRunning(step.step() + " still runs");
    };
  }

  private static ObjectNode result(HostStep step, CommandState.Ended ended) {
    return object(ended)
        .orElseThrow(
            () ->
                new StepFailed(
                    step.step()
                        + " ended well but "
                        + (isCut(ended) ? ANSWER_CUT : "its last line is not a JSON object")
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

  /** The failure that the step named; its answer begins with the name, so a cut leaves it there. */
  private static String name(CommandState.Ended ended) {
    Matcher name = NAME.matcher(lastLine(ended));
    return name.lookingAt() ? name.group(1) : "";
  }

  private static String end(CommandState.Ended ended) {
    boolean killed = ended.exitCode() < 0 || ended.exitCode() > HIGHEST_OWN_CODE;
    return (killed ? "was ended from outside (code %d)" : "ended with code %d")
            .formatted(ended.exitCode())
        + (isCut(ended) ? "; " + ANSWER_CUT : "");
  }

  private static boolean isCut(CommandState.Ended ended) {
    return ended.output().length() >= CUT || ended.output().endsWith(CUT_MARK);
  }

  /** Of an answer that was cut nothing is believed, even where what is left is an object. */
  private static Optional<ObjectNode> object(CommandState.Ended ended) {
    if (isCut(ended)) {
      return Optional.empty();
    }
    return Json.object(lastLine(ended));
  }

  private static String lastLine(CommandState.Ended ended) {
    String output = ended.output().stripTrailing();
    return output.substring(output.lastIndexOf('\n') + 1);
  }

  /** The end of what it wrote for people: scripts log to stderr, and never a secret. */
  private static String evidence(CommandState.Ended ended) {
    String errors = ended.errors().strip();
    String end = errors.substring(Math.max(0, errors.length() - EVIDENCE));
    return end.isEmpty() ? "" : "; the end of its log: " + end;
  }
}
