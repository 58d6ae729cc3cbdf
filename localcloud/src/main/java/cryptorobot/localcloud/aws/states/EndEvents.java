package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Simulates EventBridge: when an execution ends, sends the event <a
 * href="https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html">Step
 * Functions Execution Status Change</a> to the function that reports outcomes.
 */
final class EndEvents {
  private final Account account;
  private final LambdaPort lambda;
  private final String function;
  private final Consumer<String> log;

  EndEvents(Account account, LambdaPort lambda, String function, Consumer<String> log) {
    this.account = account;
    this.lambda = lambda;
    this.function = function;
    this.log = log;
  }

  /** Returns at once; logs a failure of the function. */
  void send(StoredExecution execution) {
    byte[] event = AwsJson.bytes(event(execution));
    Thread.ofVirtual()
        .name("event " + execution.started().name())
        .start(() -> deliver(execution, event));
  }

  private void deliver(StoredExecution execution, byte[] event) {
    try {
      LambdaPort.Result result = lambda.invoke(function, event);
      if (result.functionError().isPresent()) {
        log.accept(
            "events: %s failed for %s: %s"
                .formatted(
                    function,
                    execution.started().arn(),
                    new String(result.payload(), StandardCharsets.UTF_8)));
      }
    } catch (TaskFailure e) {
      log.accept(
          "events: %s for %s: %s".formatted(function, execution.started().arn(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  ObjectNode event(StoredExecution execution) {
    Started started = execution.started();
    Ended ended = execution.progress().ended().orElseThrow();
    ObjectNode event =
        AwsJson.object()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "Step Functions Execution Status Change")
            .put("source", "aws.states")
            .put("account", Account.ID)
            .put(
                "time",
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'")
                    .withZone(ZoneOffset.UTC)
                    .format(ended.at()))
            .put("region", account.region());
    event.putArray("resources").add(started.arn());
    ObjectNode detail =
        event
            .putObject("detail")
            .put("executionArn", started.arn())
            .put("stateMachineArn", started.machineArn())
            .put("name", started.name())
            .put("status", ended.status().name())
            .put("startDate", started.at().toEpochMilli())
            .put("stopDate", ended.at().toEpochMilli())
            .put("input", started.input());
    ended
        .output()
        .ifPresentOrElse(
            output -> detail.put("output", AwsJson.text(output)), () -> detail.putNull("output"));
    detail.putNull("stateMachineVersionArn").putNull("stateMachineAliasArn");
    detail.put("redriveCount", 0).putNull("redriveDate");
    detail.put("redriveStatus", "NOT_REDRIVABLE").putNull("redriveStatusReason");
    detail.putObject("inputDetails").put("included", true);
    ended
        .output()
        .ifPresentOrElse(
            _ -> detail.putObject("outputDetails").put("included", true),
            () -> detail.putNull("outputDetails"));
    ended
        .error()
        .ifPresentOrElse(error -> detail.put("error", error), () -> detail.putNull("error"));
    ended
        .cause()
        .ifPresentOrElse(cause -> detail.put("cause", cause), () -> detail.putNull("cause"));
    return event;
  }
}
