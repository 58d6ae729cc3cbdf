package cryptorobot.localcloud.aws.states;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Does {@code states:startExecution.sync:2}: starts an execution and waits for its end. Its output
 * is the task's {@code Output}; its failure is {@code States.TaskFailed} with its description as
 * the cause. When the task is ended first, the execution is stopped, as far as that goes: on AWS
 * too that is best effort. History has no {@code TaskSubmitted} of it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html">Start
 *     a new execution from a running one</a>
 */
final class NestedExecutions implements TaskRunner {
  static final String RESOURCE = "arn:aws:states:::states:startExecution.sync:2";

  private static final String RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule";

  private final Admission admission;
  private final Machines machines;
  private final ExecutionStore executions;
  private final Supplier<Engine> engine;

  /**
   * @param engine the one this works for, which is made after this
   */
  NestedExecutions(
      Admission admission, Machines machines, ExecutionStore executions, Supplier<Engine> engine) {
    this.admission = admission;
    this.machines = machines;
    this.executions = executions;
    this.engine = engine;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure, InterruptedException {
    StoredExecution run = start(call.arguments());
    try {
      Ended ended = run.live().isPresent() ? run.live().get().done().get() : end(run);
      ObjectNode described = described(run, ended);
      if (ended.status() == Status.SUCCEEDED) {
        described.set("Input", AwsJson.parse(run.started().input().getBytes(UTF_8)));
        described.set("Output", ended.output().orElseThrow());
        return described;
      }
      ended.error().ifPresent(error -> described.put("Error", error));
      ended.cause().ifPresent(cause -> described.put("Cause", cause));
      described.put("Input", run.started().input());
      throw new TaskFailure("States.TaskFailed", AwsJson.text(described));
    } catch (InterruptedException e) {
      stop(run);
      throw e;
    } catch (ExecutionException | JsonProcessingException e) {
      throw new IllegalStateException("an execution ends in no exception, its input is JSON", e);
    }
  }

  private StoredExecution start(JsonNode arguments) throws TaskFailure {
    String arn = arguments.path("StateMachineArn").asText();
    String name = arguments.path("Name").asText(UUID.randomUUID().toString());
    String input = arguments.has("Input") ? AwsJson.text(arguments.get("Input")) : "{}";
    try {
      MachineCalls.checkName(name);
      admission.admit("states:StartExecution", AwsJson.object().put("stateMachineArn", arn));
      // What tells the end of the execution: https://docs.aws.amazon.com/step-functions/latest/dg/
      // connect-stepfunctions.html, IAM permissions.
      for (String action : new String[] {"PutTargets", "PutRule", "DescribeRule"}) {
        admission.admit("events:" + action, AwsJson.object().put("Name", RULE));
      }
      StoredExecution run = executions.start(engine.get(), machines.get(arn), name, input);
      admission.admit(
          "states:DescribeExecution", AwsJson.object().put("executionArn", run.started().arn()));
      return run;
    } catch (ApiError e) {
      throw new TaskFailure(
          "StepFunctions." + e.code() + (e.code().endsWith("Exception") ? "" : "Exception"),
          "%s (Service: AWSStepFunctions; Status Code: %d)".formatted(e.getMessage(), e.status()));
    }
  }

  private void stop(StoredExecution run) {
    admission.admit(
        "states:StopExecution", AwsJson.object().put("executionArn", run.started().arn()));
    run.live().ifPresent(execution -> execution.stop(null, null));
  }

  private static Ended end(StoredExecution run) {
    return run.progress().ended().orElseThrow();
  }

  private static ObjectNode described(StoredExecution run, Ended ended) {
    return AwsJson.object()
        .put("ExecutionArn", run.started().arn())
        .put("Name", run.started().name())
        .put("StateMachineArn", run.started().machineArn())
        .put("StartDate", run.started().at().toEpochMilli())
        .put("StopDate", ended.at().toEpochMilli())
        .put("Status", ended.status().name());
  }
}
