package cryptorobot.localcloud.machines;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two outputs of a command as named pipes. Java's own pipes end with the process. These end
 * when every process, including background processes of the command, has closed them.
 */
final class OutputPipe {
  private final Path folder;

  private OutputPipe(Path folder) {
    this.folder = folder;
  }

  static OutputPipe make() throws IOException {
    var pipe = new OutputPipe(Files.createTempDirectory("crypto-robot-command-"));
    Program.of("mkfifo", "--mode=600", pipe.stdout().toString(), pipe.stderr().toString()).output();
    return pipe;
  }

  private Path stdout() {
    return folder.resolve("stdout");
  }

  private Path stderr() {
    return folder.resolve("stderr");
  }

  LimitedText readStdout(int limit) {
    return LimitedText.of(() -> open(stdout()), limit);
  }

  LimitedText readStderr(int limit) {
    return LimitedText.of(() -> open(stderr()), limit);
  }

  // Blocks until the other end is open.
  private static InputStream open(Path pipe) throws IOException {
    return new FileInputStream(pipe.toFile());
  }

  /** Starts a process that writes to the pipes, which are already being read. */
  Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder
          .redirectOutput(ProcessBuilder.Redirect.to(stdout().toFile()))
          .redirectError(ProcessBuilder.Redirect.to(stderr().toFile()))
          .start();
    } catch (IOException e) {
      // Unblocks the readers.
      new FileOutputStream(stdout().toFile()).close();
      new FileOutputStream(stderr().toFile()).close();
      throw e;
    } finally {
      // All ends are open now: the names are no longer needed.
      Files.deleteIfExists(stdout());
      Files.deleteIfExists(stderr());
      Files.deleteIfExists(folder);
    }
  }
}
