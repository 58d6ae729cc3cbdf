package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Paging;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The operations on executions. */
final class ExecutionCalls {
  private final Engine engine;
  private final Machines machines;
  private final ExecutionStore executions;
  private final InstantSource clock;

  ExecutionCalls(Engine engine, Machines machines, ExecutionStore executions, InstantSource clock) {
    this.engine = engine;
    this.machines = machines;
    this.executions = executions;
    this.clock = clock;
  }

  JsonNode start(RequestFields request) {
    request.only("stateMachineArn", "name", "input", "traceHeader");
    String name = request.find("name").orElseGet(() -> UUID.randomUUID().toString());
    MachineCalls.checkName(name);
    StoredMachine machine = machines.get(request.text("stateMachineArn"));
    StoredExecution execution =
        executions.start(engine, machine, name, request.find("input").orElse("{}"));
    return AwsJson.object()
        .put("executionArn", execution.started().arn())
        .put("startDate", AwsJson.epoch(execution.started().at()));
  }

  JsonNode stop(RequestFields request) {
    request.only("executionArn", "error", "cause");
    StoredExecution execution = executions.get(request.text("executionArn"));
    execution
        .live()
        .ifPresent(
            live ->
                live.stop(request.find("error").orElse(null), request.find("cause").orElse(null)));
    return AwsJson.object()
        .put(
            "stopDate",
            AwsJson.epoch(execution.progress().ended().map(Ended::at).orElseGet(clock::instant)));
  }

  JsonNode describe(RequestFields request) {
    request.only("executionArn", "includedData");
    StoredExecution execution = executions.get(request.text("executionArn"));
    Progress progress = execution.progress();
    ObjectNode response = identity(execution, progress).put("input", execution.started().input());
    response.putObject("inputDetails").put("included", true);
    progress
        .ended()
        .ifPresent(
            ended -> {
              ended
                  .output()
                  .ifPresent(
                      output -> {
                        response.put("output", AwsJson.text(output));
                        response.putObject("outputDetails").put("included", true);
                      });
              ended.error().ifPresent(error -> response.put("error", error));
              ended.cause().ifPresent(cause -> response.put("cause", cause));
            });
    return response
        .put("redriveStatus", "NOT_REDRIVABLE")
        .put("redriveStatusReason", "The local cloud does not redrive executions");
  }

  JsonNode list(RequestFields request) {
    request.only("stateMachineArn", "statusFilter", "maxResults", "nextToken");
    StoredMachine machine = machines.get(request.text("stateMachineArn"));
    Optional<Status> status = request.find("statusFilter").map(ExecutionCalls::status);
    List<ObjectNode> found =
        executions.all().stream()
            .filter(execution -> execution.started().machineArn().equals(machine.arn()))
            .map(execution -> new Snapshot(execution, execution.progress()))
            .filter(snapshot -> status.filter(s -> s != snapshot.progress().status()).isEmpty())
            .map(snapshot -> identity(snapshot.execution(), snapshot.progress()))
            .toList();
    return Paging.of(request, "maxResults", "nextToken", 100, 1000).response("executions", found);
  }

  private record Snapshot(StoredExecution execution, Progress progress) {}

  JsonNode machineOf(RequestFields request) {
    request.only("executionArn", "includedData");
    Started started = executions.get(request.text("executionArn")).started();
    return AwsJson.object()
        .put("stateMachineArn", started.machineArn())
        .put("name", started.machineName())
        .put("definition", started.definition())
        .put("roleArn", started.roleArn())
        .put("updateDate", AwsJson.epoch(started.at()));
  }

  private static Status status(String text) {
    return Arrays.stream(Status.values())
        .filter(status -> status.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ApiError.invalid(
                    "1 validation error detected: Value '"
                        + text
                        + "' at 'statusFilter' failed to satisfy constraint: Member must satisfy"
                        + " enum value set: "
                        + Arrays.toString(Status.values())));
  }

  private static ObjectNode identity(StoredExecution execution, Progress progress) {
    ObjectNode node =
        AwsJson.object()
            .put("executionArn", execution.started().arn())
            .put("stateMachineArn", execution.started().machineArn())
            .put("name", execution.started().name())
            .put("status", progress.status().name())
            .put("startDate", AwsJson.epoch(execution.started().at()));
    progress.ended().ifPresent(ended -> node.put("stopDate", AwsJson.epoch(ended.at())));
    return node.put("redriveCount", 0);
  }
}
