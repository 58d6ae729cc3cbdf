package cryptorobot.deployer.aws;

import static java.util.stream.Collectors.toMap;

import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceUnusable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidParameter;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Command;
import software.amazon.awssdk.services.ssm.model.CommandFilter;
import software.amazon.awssdk.services.ssm.model.CommandFilterKey;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentException;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.MaxDocumentSizeExceededException;
import software.amazon.awssdk.services.ssm.model.UnsupportedPlatformTypeException;

/** Runs host commands with Run Command of Systems Manager. */
public final class SsmHostCommands implements HostCommands {

  /**
   * Seconds within which the agent must have received the command. The time limit of the script is
   * in its document.
   */
  private static final int DELIVERY_SECONDS = 60;

  /** 128 + SIGKILL. */
  private static final int KILLED = 137;

  /** The line that the agent appends to the stderr of a failed script. */
  private static final Pattern AGENTS_LINE =
      Pattern.compile("failed to run commands: (exit status|signal:) [^\\n]*\\z");

  private final SsmClient ssm;

  SsmHostCommands(SsmClient ssm) {
    this.ssm = ssm;
  }

  /**
   * The adapter as the function's environment configures it. It never retries: SendCommand has no
   * idempotency token, and the code that waits for a command repeats all other calls.
   */
  public static SsmHostCommands fromEnvironment(Map<String, String> environment) {
    return new SsmHostCommands(new AwsClients(environment).once(SsmClient.builder(), "SSM"));
  }

  @Override
  public Optional<String> find(String instanceId, String comment, Instant since) {
    return AwsCall.of(
        "ssm:ListCommands",
        () ->
            ssm
                .listCommandsPaginator(list -> list.instanceId(instanceId).filters(after(since)))
                .commands()
                .stream()
                .filter(command -> comment.equals(command.comment()))
                .max(Comparator.comparing(Command::requestedDateTime))
                .map(Command::commandId));
  }

  private static CommandFilter after(Instant since) {
    return CommandFilter.builder()
        .key(CommandFilterKey.INVOKED_AFTER)
        .value(since.truncatedTo(ChronoUnit.SECONDS).toString())
        .build();
  }

  @Override
  public String send(HostCommand command) {
    return AwsCall.of("ssm:SendCommand", () -> sent(command));
  }

  private String sent(HostCommand command) {
    Map<String, List<String>> parameters =
        command.parameters().entrySet().stream()
            .collect(toMap(Map.Entry::getKey, parameter -> List.of(parameter.getValue())));
    try {
      return ssm.sendCommand(
              send ->
                  send.documentName(command.document())
                      .instanceIds(command.instanceId())
                      .comment(command.comment())
                      .timeoutSeconds(DELIVERY_SECONDS)
                      .parameters(parameters))
          .command()
          .commandId();
    } catch (InvalidInstanceIdException e) {
      throw new HostUnreachable(
          "the agent of " + command.instanceId() + " is not registered with Systems Manager now");
    } catch (InvalidParametersException | MaxDocumentSizeExceededException e) {
      throw new InvalidParameter(command.document() + ": " + e.awsErrorDetails().errorMessage());
    } catch (InvalidDocumentException e) {
      throw new StepFailed(
          "the document "
              + command.document()
              + " does not exist: update the stack that contains this function");
    } catch (UnsupportedPlatformTypeException e) {
      throw new InstanceUnusable(command.instanceId() + " does not run Linux");
    }
  }

  @Override
  public CommandState state(String commandId, String instanceId) {
    return AwsCall.of("ssm:GetCommandInvocation", () -> invocation(commandId, instanceId));
  }

  private CommandState invocation(String commandId, String instanceId) {
    try {
      return state(
          ssm.getCommandInvocation(get -> get.commandId(commandId).instanceId(instanceId)));
    } catch (InvocationDoesNotExistException e) {
      // Normal for a moment after SendCommand: the service is eventually consistent.
      return new CommandState.Running();
    }
  }

  /**
   * The documentation writes the details with spaces, the API returns them without.
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
   */
  private static CommandState state(GetCommandInvocationResponse invocation) {
    String details =
        invocation.statusDetails() == null ? "" : invocation.statusDetails().replace(" ", "");
    return switch (details.isEmpty() ? invocation.statusAsString() : details) {
      case "Success", "Failed" -> ended(invocation);
      case "DeliveryTimedOut", "Undeliverable" -> new CommandState.Undelivered(details);
      case "ExecutionTimedOut", "TimedOut" ->
          new CommandState.TimedOut(details, killedAfter(invocation));
      case "Cancelled", "Terminated", "InvalidPlatform", "AccessDenied", "RateExceeded" ->
          new CommandState.Stopped(details);
      // Pending, InProgress, Delayed, Cancelling, and any status that AWS adds later: not ended.
      default -> new CommandState.Running();
    };
  }

  /**
   * An agent that restarts after a power loss and finds the script gone reports "Failed", code 1,
   * without any output. A script that fails always has output: the agent appends a line to its
   * stderr.
   */
  private static CommandState ended(GetCommandInvocationResponse invocation) {
    int code = invocation.responseCode();
    String output = text(invocation.standardOutputContent());
    String errors = text(invocation.standardErrorContent());
    if (code == 1 && output.isEmpty() && errors.isEmpty()) {
      return new CommandState.Lost();
    }
    return new CommandState.Ended(code, output, AGENTS_LINE.matcher(errors).replaceFirst(""));
  }

  /** The elapsed time is in ISO 8601, according to the API reference. */
  private static Optional<Duration> killedAfter(GetCommandInvocationResponse invocation) {
    if (invocation.responseCode() == null || invocation.responseCode() != KILLED) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(text(invocation.executionElapsedTime())));
    } catch (DateTimeParseException e) {
      return Optional.of(Duration.ZERO);
    }
  }

  private static String text(String content) {
    return content == null ? "" : content;
  }
}
