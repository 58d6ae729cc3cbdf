package cryptorobot.localcloud.aws.lambda;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Runs the packaged functions in this process. A handler is created once and stays warm. As on
 * Lambda, a handler runs one invocation at a time; concurrent invocations use one handler each.
 *
 * <p>The functions share this process. A handler therefore receives its variables as a map through
 * its public constructor, not from {@link System#getenv()}.
 *
 * <p>A handler that exceeds its timeout is interrupted and not used again.
 */
public final class SameJvmRunner implements FunctionRunner {
  private final FunctionClasses classes;
  private final InstantSource clock;
  private final BiConsumer<Function, String> log;
  private final Map<String, Deque<RequestStreamHandler>> warm = new ConcurrentHashMap<>();

  /**
   * @param log receives the lines that functions write through their context's logger
   */
  public SameJvmRunner(Path jar, InstantSource clock, BiConsumer<Function, String> log) {
    this.classes = new FunctionClasses(jar);
    this.clock = clock;
    this.log = log;
  }

  @Override
  public InvocationResult invoke(Function function, String requestId, byte[] payload)
      throws InterruptedException {
    CompletableFuture<InvocationResult> result = new CompletableFuture<>();
    // Not a virtual thread: a function may pin its carrier thread.
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(function.name())
            .start(() -> result.complete(run(function, requestId, payload, result::isDone)));
    try {
      return result.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      result.cancel(false);
      thread.interrupt();
      return InvocationResult.Unhandled.timedOut(requestId, function.timeout());
    } catch (InterruptedException e) {
      // Only the caller stops waiting: the function continues, as on Lambda.
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an invocation completes only with a result", e);
    }
  }

  private InvocationResult run(
      Function function, String requestId, byte[] payload, BooleanSupplier abandoned) {
    Thread.currentThread().setContextClassLoader(classes);
    Deque<RequestStreamHandler> idle =
        warm.computeIfAbsent(function.name(), _ -> new ConcurrentLinkedDeque<>());
    try {
      RequestStreamHandler handler = idle.poll();
      if (handler == null) {
        handler = make(function);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InvocationContext context =
          new InvocationContext(function, requestId, clock, line -> log.accept(function, line));
      try {
        handler.handleRequest(new ByteArrayInputStream(payload), out, context);
      } finally {
        // As on Lambda, a handler that threw stays warm; one that timed out does not.
        if (!abandoned.getAsBoolean()) {
          idle.push(handler);
        }
      }
      return new InvocationResult.Returned(out.toByteArray());
    } catch (InvocationTargetException e) {
      return FunctionErrors.of(e.getCause());
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      return FunctionErrors.of(e);
    }
  }

  private RequestStreamHandler make(Function function) throws ReflectiveOperationException {
    return (RequestStreamHandler)
        Class.forName(function.handler(), true, classes)
            .getConstructor(Map.class)
            .newInstance(function.environment());
  }

  @Override
  public void close() {
    try {
      classes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
