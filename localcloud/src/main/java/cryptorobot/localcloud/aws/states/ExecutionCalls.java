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
    StoredExecution run =
        executions.start(engine, machine, name, request.find("input").orElse("{}"));
    return AwsJson.object()
        .put("executionArn", run.started().arn())
        .put("startDate", AwsJson.epoch(run.started().at()));
  }

  JsonNode stop(RequestFields request) {
    request.only("executionArn", "error", "cause");
    StoredExecution run = executions.get(request.text("executionArn"));
    run.live()
        .ifPresent(
            execution ->
                execution.stop(
                    request.find("error").orElse(null), request.find("cause").orElse(null)));
    return AwsJson.object()
        .put(
            "stopDate",
            AwsJson.epoch(run.progress().ended().map(Ended::at).orElseGet(clock::instant)));
  }

  JsonNode describe(RequestFields request) {
    request.only("executionArn", "includedData");
    StoredExecution run = executions.get(request.text("executionArn"));
    Progress progress = run.progress();
    ObjectNode answer = identity(run, progress).put("input", run.started().input());
    answer.putObject("inputDetails").put("included", true);
    progress
        .ended()
        .ifPresent(
            ended -> {
              ended
                  .output()
                  .ifPresent(
                      output -> {
                        answer.put("output", AwsJson.text(output));
                        answer.putObject("outputDetails").put("included", true);
                      });
              ended.error().ifPresent(error -> answer.put("error", error));
              ended.cause().ifPresent(cause -> answer.put("cause", cause));
            });
    return answer
        .put("redriveStatus", "NOT_REDRIVABLE")
        .put("redriveStatusReason", "The local cloud does not redrive executions");
  }

  JsonNode list(RequestFields request) {
    request.only("stateMachineArn", "statusFilter", "maxResults", "nextToken");
    StoredMachine machine = machines.get(request.text("stateMachineArn"));
    Optional<Status> status = request.find("statusFilter").map(ExecutionCalls::status);
    List<ObjectNode> found =
        executions.all().stream()
            .filter(run -> run.started().machineArn().equals(machine.arn()))
            .map(run -> new Seen(run, run.progress()))
            .filter(seen -> status.filter(s -> s != seen.progress().status()).isEmpty())
            .map(seen -> identity(seen.run(), seen.progress()))
            .toList();
    return Paging.of(request, "maxResults", "nextToken", 100, 1000).answer("executions", found);
  }

  private record Seen(StoredExecution run, Progress progress) {}

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

  private static ObjectNode identity(StoredExecution run, Progress progress) {
    ObjectNode node =
        AwsJson.object()
            .put("executionArn", run.started().arn())
            .put("stateMachineArn", run.started().machineArn())
            .put("name", run.started().name())
            .put("status", progress.status().name())
            .put("startDate", AwsJson.epoch(run.started().at()));
    progress.ended().ifPresent(ended -> node.put("stopDate", AwsJson.epoch(ended.at())));
    return node.put("redriveCount", 0);
  }
}
