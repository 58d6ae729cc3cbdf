package cryptorobot.deployer.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DynamicTest;

/**
 * The result of every fault: one line each in {@code target/faults.txt}. The classes of both lanes
 * add to it, and {@code scripts/test} prints it as a table.
 */
final class FaultTable {
  private static final String HELD = "held";

  /**
   * The result of one case.
   *
   * @param ended how the execution or step ended that had the fault
   * @param serves the old or the new release
   * @param lock free, or what is known about its owner
   */
  record Outcome(String ended, String serves, String lock) {}

  private record Row(String fault, String point, Outcome seen, String verdict) {
    String line() {
      return String.join("\t", fault, point, seen.ended, seen.serves, seen.lock, verdict) + "\n";
    }
  }

  /** A fault, and the checks of the invariants after it. */
  @FunctionalInterface
  interface Case {
    Outcome run() throws Exception;
  }

  /** A test that runs a case and adds its result to the table, also when it fails. */
  DynamicTest test(String fault, String point, Case action) {
    return DynamicTest.dynamicTest(fault + ": " + point, () -> run(fault, point, action));
  }

  void run(String fault, String point, Case action) throws Exception {
    try {
      add(new Row(fault, point, action.run(), HELD));
    } catch (Exception | AssertionError e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      add(
          new Row(
              fault,
              point,
              new Outcome("", "", ""),
              "VIOLATED: " + why.substring(0, Math.min(300, why.length()))));
      throw e;
    }
  }

  private static void add(Row row) throws IOException {
    Path file = LocalCommand.home().resolve("target/faults.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, row.line(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
