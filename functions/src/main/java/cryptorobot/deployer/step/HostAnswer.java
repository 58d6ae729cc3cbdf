package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.HostUnreachable;
import cryptorobot.deployer.failure.StepFailed;
import cryptorobot.deployer.failure.StepRunning;
import cryptorobot.deployer.failure.StepTimedOut;
import cryptorobot.deployer.host.CommandState;
import cryptorobot.deployer.json.Json;
import java.util.Optional;

/** Reads what a host step answered: one JSON object, alone on the last line of its output. */
final class HostAnswer {

  /** Where Systems Manager cuts a script's output, in characters. */
  private static final int CUT = 24_000;

  private static final int EVIDENCE = 1_000;

  private HostAnswer() {}

  static ObjectNode of(HostStep step, CommandState state) {
    return switch (state) {
      case CommandState.Ended ended when ended.exitCode() == 0 -> result(step, ended);
      case CommandState.Ended ended -> throw failure(step, ended);
      case CommandState.Undelivered undelivered ->
          throw new HostUnreachable(
              "%s could not be delivered to %s (%s)"
                  .formatted(step.step(), step.host().instanceId(), undelivered.details()));
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
                        + " ended well but its last line is not a JSON object"
                        + (ended.output().length() >= CUT ? ": its output was cut" : "")
                        + evidence(ended)));
  }

  private static DeploymentFailure failure(HostStep step, CommandState.Ended ended) {
    String said =
        object(ended)
            .map(answer -> answer.path("message").asText())
            .filter(message -> !message.isEmpty())
            .orElseGet(() -> "ended with code " + ended.exitCode() + evidence(ended));
    return HostFailure.of(ended.exitCode(), step.step() + ": " + said);
  }

  private static Optional<ObjectNode> object(CommandState.Ended ended) {
    String output = ended.output().stripTrailing();
    return Json.object(output.substring(output.lastIndexOf('\n') + 1));
  }

  /** The end of what it wrote for people: scripts log to stderr, and never a secret. */
  private static String evidence(CommandState.Ended ended) {
    String errors = ended.errors().strip();
    String end = errors.substring(Math.max(0, errors.length() - EVIDENCE));
    return end.isEmpty() ? "" : "; the end of its log: " + end;
  }
}
