package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnfit;
import cryptorobot.deployer.failure.DeploymentFailure.StepRunning;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Runs host steps to their end, over as many invocations as necessary.
 *
 * <p>An invocation first searches by comment for a command that an earlier invocation sent, and
 * sends one only if there is none. Systems Manager has no idempotency token and lists a new command
 * with a delay, so a retry within this delay can send a step twice. The lock and the fence on the
 * host then make the second run wait for the first and find its work done.
 */
final class HostSteps {

  /** Longer than any step takes, and short enough to keep the list of commands short. */
  private static final Duration RECENT = Duration.ofHours(2);

  private final HostCommands commands;
  private final StepDocuments documents;
  private final Waiting waiting;

  HostSteps(HostCommands commands, StepDocuments documents, Waiting waiting) {
    this.commands = commands;
    this.documents = documents;
    this.waiting = waiting;
  }

  /** On AWS, as the function's environment configures it. */
  static HostSteps fromEnvironment(Map<String, String> environment) {
    return new HostSteps(
        SsmHostCommands.fromEnvironment(environment),
        StepDocuments.packaged(environment),
        Waiting.real());
  }

  /** How long this invocation may wait for a step. */
  PollBudget budget(Context context) {
    return PollBudget.of(context, waiting);
  }

  /** Runs the step, or continues with the run of an earlier invocation, even if that has ended. */
  ObjectNode run(HostStep step, PollBudget budget) {
    return run(step, budget, true);
  }

  /** Runs the step even if it has run before, for a step that reads the present state. */
  ObjectNode runAlways(HostStep step, PollBudget budget) {
    return run(step, budget, false);
  }

  /**
   * Installs the host program on a host that lacks it, and runs the step again. A later invocation
   * finds the same commands by their comments.
   */
  private ObjectNode run(HostStep step, PollBudget budget, boolean endedCounts) {
    CommandState state = end(step, budget, endedCounts);
    if (HostAnswer.lacksProgram(state)) {
      install(step, budget);
      state = end(step.again("installed"), budget, endedCounts);
      if (HostAnswer.lacksProgram(state)) {
        throw new HostUnfit(
            "%s lacks version %s of the host program although it was installed"
                .formatted(step.host().instanceId(), documents.programVersion()));
      }
    }
    return HostAnswer.of(step, documents.of(step.step()).timeout(), state);
  }

  /** A part that is sent twice, or late, changes nothing: the host keeps whole versions only. */
  private void install(HostStep step, PollBudget budget) {
    for (String part : documents.installSteps()) {
      HostStep install =
          new HostStep(part, step.phase(), step.step(), step.host(), Map.of())
              .again(step.attempt());
      HostAnswer.of(install, documents.of(part).timeout(), end(install, budget, true));
    }
  }

  private CommandState end(HostStep step, PollBudget budget, boolean endedCounts) {
    StepDocument document = documents.of(step.step());
    String instance = step.host().instanceId();
    HostCommand command =
        new HostCommand(
            document.name(),
            instance,
            step.comment(),
            document.parametersOf(step.with("Program", documents.programVersion())));
    Optional<String> earlier =
        commands.find(instance, command.comment(), waiting.now().minus(RECENT));
    if (earlier.isPresent()) {
      CommandState state = poll(earlier.get(), instance);
      if (isContinued(state, endedCounts)) {
        return await(step, earlier.get(), state, budget);
      }
    }
    return await(step, commands.send(command), new CommandState.Running(), budget);
  }

  /**
   * A command that was not delivered, or that was lost, is sent again: it may not have run to its
   * end, and every step may be repeated.
   */
  private static boolean isContinued(CommandState state, boolean endedCounts) {
    return switch (state) {
      case CommandState.Running _ -> true;
      case CommandState.Undelivered _, CommandState.Lost _ -> false;
      case CommandState.Ended _, CommandState.TimedOut _, CommandState.Stopped _ -> endedCounts;
    };
  }

  private CommandState await(HostStep step, String id, CommandState known, PollBudget budget) {
    CommandState state = known;
    while (state instanceof CommandState.Running) {
      if (!budget.pause()) {
        throw new StepRunning(step.step() + " is still running as command " + id);
      }
      state = poll(id, step.host().instanceId());
    }
    return state;
  }

  /**
   * An outage of the service while polling does not say anything about the command: assume that it
   * is still running.
   */
  private CommandState poll(String id, String instance) {
    try {
      return commands.state(id, instance);
    } catch (AwsUnavailable e) {
      return new CommandState.Running();
    }
  }
}
