package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.StepRunning;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs host steps to their end, across as many invocations as that takes.
 *
 * <p>An invocation first looks for the command an earlier one sent, by its comment, and sends it
 * only if there is none. Systems Manager has no idempotency token and shows a new command with a
 * delay, so a retry within that moment can send a step twice; the host's own lock and fence then
 * make the second run wait for the first and find its work done.
 */
final class HostSteps {

  /**
   * Longer than any step of an execution waits for its end, short enough to keep the list short.
   */
  private static final Duration RECENT = Duration.ofHours(2);

  private final HostCommands commands;
  private final StepDocuments documents;
  private final Waiting waiting;

  HostSteps(HostCommands commands, StepDocuments documents, Waiting waiting) {
    this.commands = commands;
    this.documents = documents;
    this.waiting = waiting;
  }

  /** Runs the step, or takes up the run an earlier invocation began or has even ended. */
  ObjectNode run(HostStep step, PollBudget patience) {
    return run(step, patience, true);
  }

  /** Runs the step even when it has run before, for a step that asks what is the case now. */
  ObjectNode runAnew(HostStep step, PollBudget patience) {
    return run(step, patience, false);
  }

  private ObjectNode run(HostStep step, PollBudget patience, boolean endedCounts) {
    StepDocument document = documents.of(step.step());
    String instance = step.host().instanceId();
    HostCommand command =
        new HostCommand(document.name(), instance, step.comment(), document.parametersOf(step));
    Optional<String> earlier =
        commands.find(instance, command.comment(), waiting.now().minus(RECENT));
    if (earlier.isPresent()) {
      CommandState state = poll(earlier.get(), instance);
      if (isTakenUp(state, endedCounts)) {
        return await(step, document, earlier.get(), state, patience);
      }
    }
    return await(step, document, commands.send(command), new CommandState.Running(), patience);
  }

  /**
   * What never arrived or was lost is sent again: it may not have run to its end, and every step
   * may be repeated.
   */
  private static boolean isTakenUp(CommandState state, boolean endedCounts) {
    return switch (state) {
      case CommandState.Running _ -> true;
      case CommandState.Undelivered _, CommandState.Lost _ -> false;
      case CommandState.Ended _, CommandState.TimedOut _, CommandState.Stopped _ -> endedCounts;
    };
  }

  private ObjectNode await(
      HostStep step, StepDocument document, String id, CommandState known, PollBudget patience) {
    CommandState state = known;
    while (state instanceof CommandState.Running) {
      if (!patience.goOn()) {
        throw new StepRunning(step.step() + " still runs as command " + id);
      }
      state = poll(id, step.host().instanceId());
    }
    return HostAnswer.of(step, document.timeout(), state);
  }

  /** While waiting, a service that is not to be reached is no news of the command. */
  private CommandState poll(String id, String instance) {
    try {
      return commands.state(id, instance);
    } catch (AwsUnavailable e) {
      return new CommandState.Running();
    }
  }
}
