package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** A lock file that lets one process of this machine at a time run an action. */
record FileMutex(Path file) {
  // A file lock belongs to the whole JVM (FileChannel.lock); this lock serializes its threads.
  private static final ReentrantLock WITHIN_JVM = new ReentrantLock();

  /** An action that may throw. */
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
