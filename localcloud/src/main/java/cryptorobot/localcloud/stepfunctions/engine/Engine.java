package cryptorobot.localcloud.stepfunctions.engine;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Starts executions. */
public final class Engine {
  private final TaskRunner tasks;
  private final EngineClock clock;
  private final RandomGenerator random;
  private final Executor threads;
  private final Expressions expressions;
  private final JsonataFunctions functions;

  /**
   * @param random used by several threads at once, so it must be safe for that, as {@code
   *     java.util.Random} is
   * @param threads runs each attempt of a task, never on the calling thread and never one after
   *     another
   */
  public Engine(TaskRunner tasks, EngineClock clock, RandomGenerator random, Executor threads) {
    this(tasks, clock, random, threads, new Expressions());
  }

  /**
   * The same, with what other engines have parsed already.
   *
   * @param expressions shared with them
   */
  public Engine(
      TaskRunner tasks,
      EngineClock clock,
      RandomGenerator random,
      Executor threads,
      Expressions expressions) {
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.random = requireNonNull(random, "random is null");
    this.threads = requireNonNull(threads, "threads is null");
    this.expressions = requireNonNull(expressions, "expressions is null");
    this.functions = new JsonataFunctions();
  }

  /** Starts an execution; its first states may have run when this returns. */
  public Execution start(ExecutionRequest request) {
    var run = new RunningExecution(this, request);
    run.start();
    return run;
  }

  TaskRunner tasks() {
    return tasks;
  }

  EngineClock clock() {
    return clock;
  }

  RandomGenerator random() {
    return random;
  }

  Executor threads() {
    return threads;
  }

  Expressions expressions() {
    return expressions;
  }

  JsonataFunctions functions() {
    return functions;
  }
}
