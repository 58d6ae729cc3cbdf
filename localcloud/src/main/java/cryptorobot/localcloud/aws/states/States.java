package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.EngineTimer;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.EngineClock;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Composes Step Functions: state machines, executions, engine and events. */
public final class States {
  private final Machines machines;
  private final ExecutionStore executions;
  private final StatesApi api;

  private States(Machines machines, ExecutionStore executions, StatesApi api) {
    this.machines = machines;
    this.executions = executions;
    this.api = api;
  }

  /**
   * @param state the state folder
   * @param lambda invokes the functions of tasks, and the function that receives events
   * @param authorizer checks the calls of the state machines
   * @param reporter the name of the function that receives an event when an execution ends
   */
  public static States open(
      Account account,
      Path state,
      LambdaPort lambda,
      StateMachineAuthorizer authorizer,
      String reporter,
      EngineClock clock,
      RandomGenerator random,
      Consumer<String> log) {
    EngineTimer timer = new EngineTimer(clock);
    EndEvents ends = new EndEvents(account, lambda, reporter, log);
    Machines machines =
        new Machines(account, new PrivateFileStore(state.resolve("state-machines")), timer);
    ExecutionStore executions =
        new ExecutionStore(
            account,
            new PrivateFileStore(state.resolve("executions")),
            timer,
            execution -> {
              log.accept(
                  "states: %s %s"
                      .formatted(execution.started().arn(), execution.progress().status()));
              ends.send(execution);
            });
    AtomicReference<Engine> made = new AtomicReference<>();
    TaskRunner nested = new NestedExecutions(authorizer, machines, executions, made::get);
    TaskRunner lambdas = new LambdaTasks(lambda, authorizer);
    Engine engine =
        new Engine(
            checkpointed(
                call ->
                    (call.resource().equals(NestedExecutions.RESOURCE) ? nested : lambdas)
                        .run(call),
                executions),
            clock,
            random,
            task -> Thread.ofVirtual().name("task").start(task));
    made.set(engine);
    return new States(machines, executions, new StatesApi(engine, machines, executions, timer));
  }

  /**
   * Saves the progress of all executions before and after each task, so that a crash loses little.
   */
  private static TaskRunner checkpointed(TaskRunner tasks, ExecutionStore executions) {
    return call -> {
      executions.checkpoint();
      try {
        return tasks.run(call);
      } finally {
        executions.checkpoint();
      }
    };
  }

  public Machines machines() {
    return machines;
  }

  public StatesApi api() {
    return api;
  }

  /** Stops writing files: the next process marks executions that still execution as aborted. */
  public void close() {
    executions.close();
  }

  /** Reports the executions that ran when an earlier process ended. */
  public void reportInterrupted() {
    executions.reportInterrupted();
  }

  /** Log entries about the executions whose input names this environment, oldest first. */
  public List<ExecutionNote> notes(String environment) {
    return ExecutionNote.of(executions.all(), environment);
  }
}
