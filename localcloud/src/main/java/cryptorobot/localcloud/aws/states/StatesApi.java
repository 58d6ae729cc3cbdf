package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.JsonApi;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import java.time.InstantSource;

/** Step Functions. */
public final class StatesApi implements JsonApi {
  private final MachineCalls machines;
  private final ExecutionCalls executions;
  private final HistoryCalls history;

  public StatesApi(
      Engine engine, Machines machines, ExecutionStore executions, InstantSource clock) {
    this.machines = new MachineCalls(machines);
    this.executions = new ExecutionCalls(engine, machines, executions, clock);
    this.history = new HistoryCalls(executions);
  }

  @Override
  public String target() {
    return "AWSStepFunctions";
  }

  @Override
  public String version() {
    return "1.0";
  }

  @Override
  public String actions() {
    return "states";
  }

  @Override
  public JsonNode call(RequestFields request, Caller caller) {
    return switch (request.operation()) {
      case "CreateStateMachine" -> machines.create(request);
      case "UpdateStateMachine" -> machines.update(request);
      case "DeleteStateMachine" -> machines.delete(request);
      case "DescribeStateMachine" -> machines.describe(request);
      case "ListStateMachines" -> machines.list(request);
      case "StartExecution" -> executions.start(request);
      case "StopExecution" -> executions.stop(request);
      case "DescribeExecution" -> executions.describe(request);
      case "ListExecutions" -> executions.list(request);
      case "DescribeStateMachineForExecution" -> executions.machineOf(request);
      case "GetExecutionHistory" -> history.history(request);
      default -> throw JsonApi.unknown(request.operation());
    };
  }
}
