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

/** Step Functions put together: the machines, the executions, the engine and the events. */
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
   * @param state the folder of folders to keep things in
   * @param tasks Lambda as the state machines may use it
   * @param events Lambda as the event bus uses it
   * @param admission what the state machines may ask for besides
   * @param reporter the name of the function that is told of every end
   */
  public static States open(
      Account account,
      Path state,
      LambdaPort tasks,
      LambdaPort events,
      Admission admission,
      String reporter,
      EngineClock clock,
      RandomGenerator random,
      Consumer<String> log) {
    EngineTimer timer = new EngineTimer(clock);
    EndEvents ends = new EndEvents(account, events, reporter, log);
    Machines machines =
        new Machines(account, new PrivateFileStore(state.resolve("state-machines")), timer);
    ExecutionStore executions =
        new ExecutionStore(
            account,
            new PrivateFileStore(state.resolve("executions")),
            timer,
            run -> {
              log.accept("states: %s %s".formatted(run.started().arn(), run.progress().status()));
              ends.send(run);
            });
    AtomicReference<Engine> made = new AtomicReference<>();
    TaskRunner nested = new NestedExecutions(admission, machines, executions, made::get);
    TaskRunner lambdas = new LambdaTasks(tasks);
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

  /** Around each task it is written down how far things have come, so that a crash loses little. */
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

  /** Writes no file any more; what still runs is found aborted by the next process. */
  public void close() {
    executions.close();
  }

  /** Reports the executions that a former process left behind. */
  public void reportLost() {
    executions.reportLost();
  }

  /** What happened to the executions whose input names this environment, oldest first. */
  public List<ExecutionNote> notes(String environment) {
    return ExecutionNote.of(executions.all(), environment);
  }
}
