package cryptorobot.deployer.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Starts executions and hands task tokens back to the tasks that wait for them. */
public final class Engine {
  private static final int TOKEN_BYTES = 48;

  private final TaskRunner tasks;
  private final EngineClock clock;
  private final RandomGenerator random;
  private final Executor threads;
  private final Expressions expressions;
  private final JsonataFunctions functions;
  private final ConcurrentMap<String, TaskAttempt> waiting = new ConcurrentHashMap<>();

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
    this.functions = new JsonataFunctions(random);
  }

  /** Starts an execution; its first states may have run when this returns. */
  public Execution start(ExecutionRequest request) {
    var run = new Run(this, request);
    run.start();
    return run;
  }

  /**
   * Ends the task that waits for this token.
   *
   * @throws NoSuchTask when none does
   */
  public void taskSucceeded(String token, JsonNode output) {
    task(token).handBack(output);
  }

  /**
   * Fails the task that waits for this token. Null means absent.
   *
   * @throws NoSuchTask when none does
   */
  public void taskFailed(String token, String error, String cause) {
    task(token).handBack(Failure.of(error, cause));
  }

  /**
   * Starts the heartbeat time of the task that waits for this token anew; its TimeoutSeconds goes
   * on.
   *
   * @throws NoSuchTask when none does
   */
  public void taskHeartbeat(String token) {
    task(token).heartbeat();
  }

  private TaskAttempt task(String token) {
    var task = waiting.get(token);
    if (task == null) {
      throw new NoSuchTask();
    }
    return task;
  }

  String newToken() {
    var bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  void await(String token, TaskAttempt task) {
    waiting.put(token, task);
  }

  void forget(String token) {
    waiting.remove(token);
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
