package cryptorobot.localcloud.aws.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BiConsumer;

/**
 * Runs each function in its own process with AWS's runtime interface client. A process starts on
 * first use and stays warm. Concurrent invocations use one process each.
 */
public final class ProcessRunner implements FunctionRunner {
  private final List<Path> classPath;
  private final InstantSource clock;
  private final Path temporary;
  private final BiConsumer<Function, String> log;
  private final Map<String, Deque<FunctionProcess>> warm = new ConcurrentHashMap<>();
  private final Set<FunctionProcess> all = ConcurrentHashMap.newKeySet();

  /**
   * @param classPath the packaged jar, then the runtime interface client and its dependencies
   * @param temporary a folder for the temporary files of the processes; existing content is removed
   * @param log receives the lines that functions write
   */
  public ProcessRunner(
      List<Path> classPath, InstantSource clock, Path temporary, BiConsumer<Function, String> log)
      throws IOException {
    this.classPath = List.copyOf(classPath);
    this.clock = clock;
    this.temporary = temporary;
    this.log = log;
    // Removes files of processes whose cloud was killed.
    new TemporaryFolder(temporary).remove();
  }

  @Override
  public InvocationResult invoke(Function function, String requestId, byte[] payload)
      throws InterruptedException {
    Deque<FunctionProcess> idle =
        warm.computeIfAbsent(function.name(), _ -> new ConcurrentLinkedDeque<>());
    FunctionProcess process = idle.poll();
    while (process != null && !process.alive()) {
      forget(process);
      process = idle.poll();
    }
    if (process == null) {
      process = start(function);
    }
    InvocationResult result = process.invoke(function.timeout(), requestId, payload);
    if (process.alive()) {
      idle.push(process);
    } else {
      forget(process);
    }
    return result;
  }

  private FunctionProcess start(Function function) {
    try {
      FunctionProcess process =
          FunctionProcess.start(
              function, classPath, clock, temporary, line -> log.accept(function, line));
      all.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process for " + function.name(), e);
    }
  }

  private void forget(FunctionProcess process) {
    all.remove(process);
    process.close();
  }

  @Override
  public void close() {
    all.forEach(FunctionProcess::close);
    all.clear();
  }
}
