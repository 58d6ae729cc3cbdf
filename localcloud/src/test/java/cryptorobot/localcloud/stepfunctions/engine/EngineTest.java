package cryptorobot.localcloud.stepfunctions.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Properties of the engine that callers rely on and that the documentation of AWS does not specify.
 */
@Timeout(30)
class EngineTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final String TASK =
      """
      {QueryLanguage: JSONata, StartAt: T, States: {T: {Type: Task, End: true, TimeoutSeconds: 60,
      Resource: 'arn:aws:states:::lambda:invoke', Arguments: {FunctionName: f}}}}
      """;
  private final VirtualTime time = new VirtualTime(START);

  @Test
  void interruptsTheTaskWhenItTimesOut() throws Exception {
    var interrupted = new CompletableFuture<Instant>();
    var execution = start(TASK, _ -> sleepUntilInterrupted(interrupted));
    // No further: an interrupted sleeper is about to continue, and time must not pass it.
    time.run(START.plusSeconds(60));
    assertEquals(START.plusSeconds(60), interrupted.get(5, TimeUnit.SECONDS));
    assertEquals("States.Timeout", execution.done().join().error().orElseThrow());
  }

  @Test
  void interruptsTheTaskWhenTheExecutionIsStopped() throws Exception {
    var interrupted = new CompletableFuture<Instant>();
    var execution = start(TASK, _ -> sleepUntilInterrupted(interrupted));
    time.run(START.plusSeconds(9));
    execution.stop(null, null);
    assertEquals(START.plusSeconds(9), interrupted.get(5, TimeUnit.SECONDS));
    assertEquals(Status.ABORTED, execution.status());
    assertTrue(execution.done().join().error().isEmpty());
  }

  @Test
  void stoppingTwiceChangesNothing() throws Exception {
    var execution = start(TASK, _ -> sleepUntilInterrupted(new CompletableFuture<>()));
    time.run(START.plusSeconds(1));
    execution.stop("First", "one");
    execution.stop("Second", "two");
    assertEquals("First", execution.done().join().error().orElseThrow());
    assertEquals("ExecutionAborted", execution.history().getLast().type());
  }

  @Test
  void failsTheTaskWhenItsRunnerThrows() throws Exception {
    var execution =
        start(
            TASK,
            _ -> {
              throw new IllegalStateException("runner broke");
            });
    time.run();
    var ended = execution.done().join();
    assertEquals("States.TaskFailed", ended.error().orElseThrow());
    assertTrue(ended.cause().orElseThrow().contains("runner broke"));
  }

  @Test
  void refusesAnExecutorThatRunsTasksOnTheCallersThread() throws Exception {
    var engine = new Engine(_ -> IntNode.valueOf(1), time, new Random(1), Runnable::run);
    var ended = engine.start(request(TASK)).done().join();
    assertEquals("States.Runtime", ended.error().orElseThrow());
  }

  @Test
  void refusesAnInputThatIsTooLarge() {
    var large = TextNode.valueOf("x".repeat(262_143));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExecutionRequest("arn", "n", "m", "r", large, StateMachineParser.parse(TASK)));
  }

  @Test
  void runsInRealTimeToo() throws Exception {
    try (var clock = new SystemClock();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var called = new CountDownLatch(2);
      var engine =
          new Engine(
              _ -> {
                called.countDown();
                if (called.getCount() > 0) {
                  throw new TaskFailure("Again", "once");
                }
                return IntNode.valueOf(7);
              },
              clock,
              new Random(1),
              threads);
      var retried = TASK.replace("End: true", "End: true, Retry: [{ErrorEquals: [Again]}]");
      var execution = engine.start(request(retried));
      assertEquals(
          IntNode.valueOf(7), execution.done().get(20, TimeUnit.SECONDS).output().orElseThrow());
    }
  }

  private com.fasterxml.jackson.databind.JsonNode sleepUntilInterrupted(
      CompletableFuture<Instant> interrupted) throws InterruptedException {
    try {
      time.sleep(Duration.ofDays(1));
      return IntNode.valueOf(0);
    } catch (InterruptedException stopped) {
      interrupted.complete(time.now());
      throw stopped;
    }
  }

  private Execution start(String definition, TaskRunner runner) throws Exception {
    return new Engine(runner, time, new Random(1), time).start(request(definition));
  }

  private static ExecutionRequest request(String definition) throws Exception {
    return new ExecutionRequest(
        "arn:aws:states:eu-west-1:000000000000:execution:machine:run",
        "run",
        "arn:aws:states:eu-west-1:000000000000:stateMachine:machine",
        "arn:aws:iam::000000000000:role/machine",
        IntNode.valueOf(0),
        StateMachineParser.parse(definition));
  }
}
