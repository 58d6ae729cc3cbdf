package cryptorobot.deployer.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The cost of each robot: one line for each deploy in {@code target/robots.txt}. */
final class RobotTable {
  private RobotTable() {}

  /** Deploys, and records the seconds and the megabytes of its virtual environment. */
  static LocalCommand.Result deploy(TestEnvironment environment, String name, String... settings) {
    long begun = System.nanoTime();
    LocalCommand.Result result = environment.deploy(settings);
    double seconds = (System.nanoTime() - begun) / 1e9;
    String megabytes = environment.inside("sh", "-c", "du -sm /opt/crypto-robot/venv/ | cut -f1");
    write("%s\t%d\t%.1f s\t%s MB".formatted(name, result.exit(), seconds, megabytes));
    return result;
  }

  private static void write(String line) {
    Path file = LocalCommand.home().resolve("target/robots.txt");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          line.toLowerCase(Locale.ROOT) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
