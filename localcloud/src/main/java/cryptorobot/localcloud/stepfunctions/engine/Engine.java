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
   * @param random must be thread-safe, like {@code java.util.Random}
   * @param threads runs the attempts of tasks concurrently, never on the calling thread
   */
  public Engine(TaskRunner tasks, EngineClock clock, RandomGenerator random, Executor threads) {
    this(tasks, clock, random, threads, new Expressions());
  }

  /**
   * Creates an engine that shares parsed expressions with other engines.
   *
   * @param expressions the shared expressions
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
    this.functions = new JsonataFunctions(random);
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
