package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads a stream to its end on a thread of its own and keeps its first characters. */
final class LimitedText {
  private final int limit;
  private final StringBuilder kept = new StringBuilder();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private LimitedText(int limit) {
    this.limit = limit;
  }

  /** Opening may wait for the other end. */
  interface Source {
    InputStream open() throws IOException;
  }

  static LimitedText of(Source source, int limit) {
    var text = new LimitedText(limit);
    // No virtual thread: reading a pipe of a process holds its carrier, and there are few.
    Thread.ofPlatform().daemon().start(() -> text.drain(source));
    return text;
  }

  /** Completes when nobody can write any more. */
  CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** What was kept, once the stream has ended or the time is over. */
  String await(long millis) {
    ended.copy().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
    synchronized (kept) {
      return kept.toString();
    }
  }

  private void drain(Source source) {
    // What is beyond the limit is read all the same: a full pipe would stop the command.
    var chunk = new char[8192];
    try (var reader = new InputStreamReader(source.open(), StandardCharsets.UTF_8)) {
      for (int read = reader.read(chunk); read >= 0; read = reader.read(chunk)) {
        synchronized (kept) {
          kept.append(chunk, 0, Math.min(read, limit - kept.length()));
        }
      }
    } catch (IOException e) {
      // The command is gone; what it said until then stands.
    } finally {
      ended.complete(null);
    }
  }
}
