package cryptorobot.deployer.local.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads a stream to its end on a thread of its own and keeps its first characters. */
final class LimitedText {
  private final int limit;
  private final StringBuilder kept = new StringBuilder();
  private final CountDownLatch ended = new CountDownLatch(1);

  private LimitedText(int limit) {
    this.limit = limit;
  }

  static LimitedText of(InputStream stream, int limit) {
    var text = new LimitedText(limit);
    // No virtual thread: reading a pipe of a process holds its carrier, and there are few.
    Thread.ofPlatform().daemon().start(() -> text.drain(stream));
    return text;
  }

  /** What was kept, once the stream has ended or the time is over. */
  String await(long millis) throws InterruptedException {
    ended.await(millis, TimeUnit.MILLISECONDS);
    synchronized (kept) {
      return kept.toString();
    }
  }

  private void drain(InputStream stream) {
    // What is beyond the limit is read all the same: a full pipe would stop the command.
    var chunk = new char[8192];
    try (var reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      for (int read = reader.read(chunk); read >= 0; read = reader.read(chunk)) {
        synchronized (kept) {
          kept.append(chunk, 0, Math.min(read, limit - kept.length()));
        }
      }
    } catch (IOException e) {
      // The command is gone; what it said until then stands.
    } finally {
      ended.countDown();
    }
  }
}
