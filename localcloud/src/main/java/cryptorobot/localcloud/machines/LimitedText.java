package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads a stream to its end on its own thread and keeps the first characters. */
final class LimitedText {
  private final int limit;
  private final StringBuilder kept = new StringBuilder();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private LimitedText(int limit) {
    this.limit = limit;
  }

  /** Opens a stream; may wait for the other end. */
  interface Source {
    InputStream open() throws IOException;
  }

  static LimitedText of(Source source, int limit) {
    var text = new LimitedText(limit);
    // No virtual thread: a thread that reads the pipe of a process pins its carrier thread.
    Thread.ofPlatform().daemon().start(() -> text.drain(source));
    return text;
  }

  /** Completes when every writer has closed the stream. */
  CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** The kept characters, after the end of the stream or the time limit. */
  String await(long millis) {
    ended.copy().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
    synchronized (kept) {
      return kept.toString();
    }
  }

  private void drain(Source source) {
    // Characters beyond the limit are read and dropped: a full pipe would block the command.
    var chunk = new char[8192];
    try (var reader = new InputStreamReader(source.open(), StandardCharsets.UTF_8)) {
      for (int read = reader.read(chunk); read >= 0; read = reader.read(chunk)) {
        synchronized (kept) {
          kept.append(chunk, 0, Math.min(read, limit - kept.length()));
        }
      }
    } catch (IOException e) {
      // The command is gone; the characters read so far are kept.
    } finally {
      ended.complete(null);
    }
  }
}
