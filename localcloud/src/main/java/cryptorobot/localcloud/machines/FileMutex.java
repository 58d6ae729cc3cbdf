package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one at a time, of all programs of this machine, do what a lock file stands for. */
record FileMutex(Path file) {
  // File locks belong to the whole JVM (FileChannel.lock): within it, one thread at a time.
  private static final ReentrantLock WITHIN_JVM = new ReentrantLock();

  /** Work that may fail. */
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T holding(Work<T> work) throws IOException {
    Files.createDirectories(file.getParent());
    WITHIN_JVM.lock();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      return work.run();
    } finally {
      WITHIN_JVM.unlock();
    }
  }
}
