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
 * Runs {@code states:startExecution.sync:2}: starts an execution and waits for its end. The output
 * of the execution is the task's {@code Output}. If the execution fails, the task fails with {@code
 * States.TaskFailed}, and the description of the execution is the cause. If the task ends first,
 * the execution is stopped (best effort, as on AWS). The history has no event {@code
 * TaskSubmitted}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html">Start
 *     a new execution from a running one</a>
 */
final class NestedExecutions implements TaskRunner {
  static final String RESOURCE = "arn:aws:states:::states:startExecution.sync:2";

  private static final String RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule";

  private final StateMachineAuthorizer authorizer;
  private final Machines machines;
  private final ExecutionStore executions;
  private final Supplier<Engine> engine;

  /**
   * @param engine runs the nested executions; it is created after this object
   */
  NestedExecutions(
      StateMachineAuthorizer authorizer,
      Machines machines,
      ExecutionStore executions,
      Supplier<Engine> engine) {
    this.authorizer = authorizer;
    this.machines = machines;
    this.executions = executions;
    this.engine = engine;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure, InterruptedException {
    StoredExecution execution = start(call.roleArn(), call.arguments());
    try {
      Ended ended =
          execution.live().isPresent() ? execution.live().get().done().get() : end(execution);
      ObjectNode described = described(execution, ended);
      if (ended.status() == Status.SUCCEEDED) {
        described.set("Input", AwsJson.parse(execution.started().input().getBytes(UTF_8)));
        described.set("Output", ended.output().orElseThrow());
        return described;
      }
      ended.error().ifPresent(error -> described.put("Error", error));
      ended.cause().ifPresent(cause -> described.put("Cause", cause));
      described.put("Input", execution.started().input());
      throw new TaskFailure("States.TaskFailed", AwsJson.text(described));
    } catch (InterruptedException e) {
      stop(call.roleArn(), execution);
      throw e;
    } catch (ExecutionException | JsonProcessingException e) {
      throw new IllegalStateException(
          "an execution never ends exceptionally, and its input is JSON", e);
    }
  }

  private StoredExecution start(String roleArn, JsonNode arguments) throws TaskFailure {
    String arn = arguments.path("StateMachineArn").asText();
    String name = arguments.path("Name").asText(UUID.randomUUID().toString());
    String input = arguments.has("Input") ? AwsJson.text(arguments.get("Input")) : "{}";
    try {
      MachineCalls.checkName(name);
      authorizer.authorize(
          roleArn, "states:StartExecution", AwsJson.object().put("stateMachineArn", arn));
      // The rule that reports the end of the execution, see the IAM permissions in
      // https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
      for (String action : new String[] {"PutTargets", "PutRule", "DescribeRule"}) {
        authorizer.authorize(roleArn, "events:" + action, AwsJson.object().put("Name", RULE));
      }
      StoredExecution execution = executions.start(engine.get(), machines.get(arn), name, input);
      authorizer.authorize(
          roleArn,
          "states:DescribeExecution",
          AwsJson.object().put("executionArn", execution.started().arn()));
      return execution;
    } catch (ApiError e) {
      throw new TaskFailure(
          "StepFunctions." + e.code() + (e.code().endsWith("Exception") ? "" : "Exception"),
          "%s (Service: AWSStepFunctions; Status Code: %d)".formatted(e.getMessage(), e.status()));
    }
  }

  private void stop(String roleArn, StoredExecution execution) {
    authorizer.authorize(
        roleArn,
        "states:StopExecution",
        AwsJson.object().put("executionArn", execution.started().arn()));
    execution.live().ifPresent(live -> live.stop(null, null));
  }

  private static Ended end(StoredExecution execution) {
    return execution.progress().ended().orElseThrow();
  }

  private static ObjectNode described(StoredExecution execution, Ended ended) {
    return AwsJson.object()
        .put("ExecutionArn", execution.started().arn())
        .put("Name", execution.started().name())
        .put("StateMachineArn", execution.started().machineArn())
        .put("StartDate", execution.started().at().toEpochMilli())
        .put("StopDate", ended.at().toEpochMilli())
        .put("Status", ended.status().name());
  }
}
