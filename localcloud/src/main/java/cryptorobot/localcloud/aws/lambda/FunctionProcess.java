package cryptorobot.localcloud.aws.lambda;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * An execution environment: a JVM with the runtime interface client, its Runtime API, and a folder
 * for temporary files, which is removed at the end.
 */
final class FunctionProcess implements AutoCloseable {
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private final Function function;
  private final RuntimeApi api;
  private final TemporaryFolder temporary;
  private final Process process;
  private final Consumer<String> log;
  // A process that was killed lives for a moment longer.
  private volatile boolean closed;

  private FunctionProcess(
      Function function,
      RuntimeApi api,
      TemporaryFolder temporary,
      Process process,
      Consumer<String> log) {
    this.function = function;
    this.api = api;
    this.temporary = temporary;
    this.process = process;
    this.log = log;
  }

  /**
   * @param folder the parent of the process's temporary folder
   */
  static FunctionProcess start(
      Function function,
      List<Path> classPath,
      InstantSource clock,
      Path folder,
      Consumer<String> log)
      throws IOException {
    TemporaryFolder temporary = TemporaryFolder.in(folder);
    RuntimeApi api = new RuntimeApi(function, clock);
    try {
      Process process =
          command(function, classPath, api, temporary.path()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var started = new FunctionProcess(function, api, temporary, process, log);
      // Not a virtual thread: a read from an idle pipe would pin its carrier thread.
      Thread.ofPlatform().daemon().name(function.name()).start(started::copyLines);
      return started;
    } catch (IOException e) {
      api.close();
      temporary.remove();
      throw e;
    }
  }

  private static ProcessBuilder command(
      Function function, List<Path> classPath, RuntimeApi api, Path temporary) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // The options of Lambda for Java functions.
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx384m",
            // The JVM's file in /tmp would remain after the process is killed.
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + temporary,
            NativeLibrary.in(temporary).option(),
            "-Djava.net.preferIPv4Stack=true",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath.stream().map(Path::toString).collect(Collectors.joining(":")),
            CLIENT,
            function.handler());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("TZ", ":UTC");
    environment.putAll(function.environment());
    environment.put("_HANDLER", function.handler());
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    return builder;
  }

  boolean alive() {
    return !closed && process.isAlive();
  }

  /**
   * Runs one invocation at a time. A process that exceeds the timeout or ends is not used again.
   */
  InvocationResult invoke(Duration timeout, String requestId, byte[] payload)
      throws InterruptedException {
    CompletableFuture<InvocationResult> result = api.offer(timeout, requestId, payload);
    CompletableFuture<InvocationResult> ended =
        process
            .onExit()
            .thenApply(
                gone ->
                    InvocationResult.Unhandled.runtime(
                        "Runtime.ExitError",
                        "RequestId: %s Error: Runtime exited with error: exit status %d"
                            .formatted(requestId, gone.exitValue())));
    try {
      return CompletableFuture.anyOf(result, ended)
          .thenApply(first -> result.getNow((InvocationResult) first))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      close();
      return InvocationResult.Unhandled.timedOut(requestId, timeout);
    } catch (InterruptedException e) {
      close();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an invocation completes only with a result", e);
    }
  }

  private void copyLines() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(log);
    } catch (IOException | java.io.UncheckedIOException e) {
      log.accept("the output of " + function.name() + " ended: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    process.destroyForcibly();
    api.close();
    try {
      // The process may write to its folder until it has ended.
      process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
      temporary.remove();
    } catch (IOException e) {
      log.accept("could not remove the temporary folder of " + function.name() + ": " + e);
    }
  }
}
