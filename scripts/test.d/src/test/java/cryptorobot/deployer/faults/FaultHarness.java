package cryptorobot.deployer.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.faults.model.Documents;
import cryptorobot.deployer.faults.model.Ec2;
import cryptorobot.deployer.faults.model.FunctionTime;
import cryptorobot.deployer.faults.model.Machine;
import cryptorobot.deployer.faults.model.Program;
import cryptorobot.deployer.faults.model.Store;
import cryptorobot.deployer.faults.model.SystemsManager;
import cryptorobot.deployer.faults.model.Worlds;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.step.RealFunctions;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.Execution;
import cryptorobot.localcloud.stepfunctions.engine.ExecutionRequest;
import cryptorobot.localcloud.stepfunctions.engine.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The engine, the functions and the modelled instance, assembled, in a time of their own. */
final class FaultHarness {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-11-23T06:15:00Z");
  private static final String ARN = "arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-";
  private static final Documents DOCUMENTS = new Documents();
  private static final Duration TO_HANG = Duration.ofSeconds(300);

  final VirtualTime time = new VirtualTime(START);
  final Injector injector;
  final Machine machine;
  final SystemsManager commands;
  private final Tasks tasks;
  private final Engine engine;
  private final Map<String, Execution> executions = new LinkedHashMap<>();

  FaultHarness(Tasks tasks, List<Fault> faults) {
    this.tasks = tasks;
    this.injector = new Injector(faults, this::inject);
    this.machine = new Machine(time, injector);
    this.commands = new SystemsManager(machine, new Worlds(), DOCUMENTS);
    var functions =
        new RealFunctions(
            commands, new Ec2(machine), new Store(), this::describe, new FunctionTime(time));
    this.engine =
        new Engine(
            new Invocations(tasks, injector, commands, functions, this::stopSoon),
            time,
            new Random(1),
            machine::start,
            tasks.expressions);
  }

  private void inject(Fault.Effect effect, Program program) {
    switch (effect) {
      case KILLED -> program.kill();
      case FAILS -> program.failOnce();
      case HANGS -> program.hang(TO_HANG);
      case REBOOTS -> machine.reboot();
      case REBOOTS_UNDELIVERED -> {
        commands.losesWhatRuns();
        machine.reboot();
      }
      case LOSES_POWER -> machine.losePower();
      case LOSES_NETWORK -> machine.loseNetwork();
      case EXECUTION_STOPPED -> stopSoon();
    }
  }

  /** Not on the calling thread, because the engine may interrupt it. */
  private void stopSoon() {
    var newest = executions.values().stream().reduce((_, last) -> last).orElseThrow();
    time.schedule(time.now(), () -> newest.stop("Stopped", "by a person"));
  }

  private ExecutionState describe(String arn) {
    var execution = executions.get(arn);
    if (execution == null) {
      return new ExecutionState.Unknown();
    }
    return execution
        .ended()
        .<ExecutionState>map(
            ended ->
                new ExecutionState.Finished(
                    ended.status().name(), "crypto-robot-" + tasks.name, arn, "", "", "", ""))
        .orElseGet(() -> new ExecutionState.Alive("RUNNING"));
  }

  /** Starts an execution. It makes no progress before the time advances. */
  Execution start(String name, String request) {
    try {
      var arn = ARN + tasks.name + ":" + name;
      var execution =
          engine.start(
              new ExecutionRequest(
                  arn,
                  name,
                  "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-" + tasks.name,
                  "arn:aws:iam::000000000000:role/crypto-robot",
                  JSON.readTree(request),
                  tasks.machine));
      executions.put(arn, execution);
      return execution;
    } catch (JsonProcessingException e) {
      throw new AssertionError("the request is not JSON: " + request, e);
    }
  }

  /** Runs everything that is still to happen, deadlines included. */
  void settle() {
    pass(Instant.MAX);
  }

  void pass(Duration duration) {
    pass(time.now().plus(duration));
  }

  private void pass(Instant until) {
    try {
      time.run(until);
    } catch (InterruptedException e) {
      throw new AssertionError("a case was interrupted", e);
    }
  }
}
