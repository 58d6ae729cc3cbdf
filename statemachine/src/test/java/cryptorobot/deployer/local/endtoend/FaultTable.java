package cryptorobot.deployer.local.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;

/** What came of every fault: kept in {@code target/faults.txt}, and printed when all are done. */
final class FaultTable implements AutoCloseable {
  private static final String HELD = "held";

  private final List<Row> rows = new ArrayList<>();

  /**
   * What was seen of one case.
   *
   * @param ended how the run or step ended that met the fault
   * @param serves the old or the new release
   * @param lock free, or what is known of its owner
   */
  record Seen(String ended, String serves, String lock) {}

  private record Row(String fault, String point, Seen seen, String verdict) {
    String line(String format) {
      return format.formatted(fault, point, seen.ended, seen.serves, seen.lock, verdict);
    }
  }

  /** A fault, and the checks of the promise after it. */
  @FunctionalInterface
  interface Case {
    Seen happens() throws Exception;
  }

  /** A test that runs a case and notes it in the table, whatever comes of it. */
  DynamicTest test(String fault, String point, Case happening) {
    return DynamicTest.dynamicTest(fault + ": " + point, () -> run(fault, point, happening));
  }

  void run(String fault, String point, Case happening) throws Exception {
    try {
      add(new Row(fault, point, happening.happens(), HELD));
    } catch (Exception | AssertionError e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      add(
          new Row(
              fault,
              point,
              new Seen("", "", ""),
              "VIOLATED: " + why.substring(0, Math.min(300, why.length()))));
      throw e;
    }
  }

  private void add(Row row) throws IOException {
    rows.add(row);
    Path file = LocalCommand.home().resolve("target/faults.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text());
  }

  private String text() {
    int widest = rows.stream().mapToInt(row -> row.point.length()).max().orElse(0);
    String format = "%-16s %-" + widest + "s  %-30s %-6s %-9s %s%n";
    var text = new StringBuilder();
    text.append(format.formatted("fault", "point", "ended", "serves", "lock", "promise"));
    rows.forEach(row -> text.append(row.line(format)));
    Map<String, Long> counts =
        rows.stream()
            .collect(Collectors.groupingBy(Row::fault, TreeMap::new, Collectors.counting()));
    long held = rows.stream().filter(row -> row.verdict.equals(HELD)).count();
    return text.append(
            "%n%d faults, the promise held in %d; of each kind: %s%n"
                .formatted(rows.size(), held, counts))
        .toString();
  }

  @Override
  public void close() {
    if (!rows.isEmpty()) {
      System.out.print(text());
    }
  }
}
