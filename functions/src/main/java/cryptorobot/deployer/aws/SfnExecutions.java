package cryptorobot.deployer.aws;

import cryptorobot.deployer.ports.EarlierRuns;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;

/** The executions of AWS Step Functions. */
public final class SfnExecutions implements Executions, EarlierRuns {

  private final SfnClient sfn;

  SfnExecutions(SfnClient sfn) {
    this.sfn = sfn;
  }

  /** The adapter as the function's environment configures it. */
  public static SfnExecutions fromEnvironment(Map<String, String> environment) {
    return new SfnExecutions(new AwsClients(environment).retrying(SfnClient.builder(), "SFN"));
  }

  @Override
  public ExecutionState describe(String executionArn) {
    return AwsCall.of("states:DescribeExecution", () -> described(executionArn));
  }

  @Override
  public List<String> of(String stateMachine) {
    return AwsCall.of(
        "states:ListExecutions",
        () ->
            sfn
                .listExecutions(list -> list.stateMachineArn(stateMachine).maxResults(100))
                .executions()
                .stream()
                .map(ExecutionListItem::executionArn)
                .toList());
  }

  private ExecutionState described(String executionArn) {
    try {
      return state(sfn.describeExecution(describe -> describe.executionArn(executionArn)));
    } catch (ExecutionDoesNotExistException | InvalidArnException e) {
      return new ExecutionState.Unknown();
    }
  }

  /**
   * Only these four statuses prove an end. PENDING_REDRIVE, and any status that AWS adds later,
   * counts as alive.
   */
  private static ExecutionState state(DescribeExecutionResponse execution) {
    return switch (execution.statusAsString()) {
      case "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED" ->
          new ExecutionState.Finished(
              execution.statusAsString(),
              text(execution.stateMachineArn()),
              text(execution.name()),
              text(execution.input()),
              text(execution.output()),
              text(execution.error()),
              text(execution.cause()));
      default -> new ExecutionState.Alive(execution.statusAsString());
    };
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
