package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;

/** Starts, watches and stops executions through the Step Functions API. */
final class Executions {
  private final SfnClient client;
  private final Settings settings;

  Executions(AwsAccess access, Settings settings) {
    this.client = access.client(SfnClient.builder());
    this.settings = settings;
  }

  /** Starts one; returns its ARN. */
  String start(String stateMachine, String name, JsonNode input) {
    return client
        .startExecution(
            request ->
                request
                    .stateMachineArn(settings.stateMachine(stateMachine))
                    .name(name)
                    .input(input.toString()))
        .executionArn();
  }

  /** Everything that happened so far, oldest first. */
  List<HistoryEvent> history(String execution) {
    return client
        .getExecutionHistoryPaginator(
            request -> request.executionArn(execution).maxResults(1000).includeExecutionData(true))
        .events()
        .stream()
        .toList();
  }

  /** How it stands now. */
  Standing standing(String execution) {
    try {
      return Standing.of(client.describeExecution(request -> request.executionArn(execution)));
    } catch (ExecutionDoesNotExistException | InvalidArnException e) {
      throw new CommandFailure(ExitCode.REFUSED, "there is no execution " + execution);
    }
  }

  /** The ARN of the deploy that was started last. */
  Optional<String> newest() {
    return client
        .listExecutions(
            request -> request.stateMachineArn(settings.stateMachine("deploy")).maxResults(1))
        .executions()
        .stream()
        .map(listed -> listed.executionArn())
        .findFirst();
  }

  void stop(String execution) {
    client.stopExecution(
        request ->
            request
                .executionArn(execution)
                .error("StoppedByPerson")
                .cause("stopped with scripts/local"));
  }
}
