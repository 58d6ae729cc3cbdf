package cryptorobot.deployer.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The results of all cases: how they ended, what they covered, and which invariants they broke. */
final class FaultReport {
  private static final int SHOWN = 20;
  private final Machines machines;
  private final Map<Tasks, Coverage> coverages;
  private final Map<String, Integer> ends = new TreeMap<>();
  private final Map<Scenario, Integer> cases = new TreeMap<>();
  private final Map<Case, Object> broken = new LinkedHashMap<>();
  private int missed;

  FaultReport(Machines machines) {
    this.machines = machines;
    this.coverages =
        Map.of(
            machines.deploy(), new Coverage(machines.deploy()),
            machines.watch(), new Coverage(machines.watch()));
  }

  /** The states, transitions and retries that no case took, each with its machine. */
  Set<String> missing() {
    var missing = new TreeSet<String>();
    coverages.forEach(
        (tasks, coverage) ->
            coverage.missing().forEach(part -> missing.add(tasks.name + ": " + part)));
    return missing;
  }

  /** A case, and the invariants that it broke. */
  record Result(CaseRun run, List<String> broken) {
    static Result of(CaseRun run) {
      return new Result(run, Invariants.broken(run));
    }
  }

  void add(Result seen) {
    var run = seen.run();
    cases.merge(run.of().scenario(), 1, Integer::sum);
    ends.merge(EndState.of(run).toString(), 1, Integer::sum);
    var coverage = coverages.get(machines.of(run.of().scenario()));
    coverage.add(run.history());
    coverage.add(run.historyAgain());
    missed += run.injector().allInjected() ? 0 : 1;
    if (!seen.broken().isEmpty()) {
      broken.put(run.of(), seen.broken());
    }
  }

  int cases() {
    return cases.values().stream().mapToInt(Integer::intValue).sum();
  }

  int missed() {
    return missed;
  }

  /** The broken invariants, shortened for reading. Empty when there is none. */
  String broken() {
    var text = new StringBuilder();
    broken.entrySet().stream()
        .limit(SHOWN)
        .forEach(one -> text.append(one.getKey() + "\n    " + one.getValue() + "\n"));
    return broken.isEmpty() ? "" : broken.size() + " cases broke an invariant:\n" + text;
  }

  /** The table of ends, for people. */
  String table(long millis) {
    var text = new StringBuilder();
    text.append(
        "%d cases in %d ms, %d distinct end states, %d with a fault that was not injected%n"
            .formatted(cases(), millis, ends.size(), missed));
    cases.forEach((scenario, count) -> text.append("%8d %s%n".formatted(count, scenario)));
    text.append("%n%8s %s%n".formatted("cases", EndState.HEAD));
    ends.forEach((end, count) -> text.append("%8d %s%n".formatted(count, end)));
    return text.toString();
  }

  /** Prints the table and writes it to the folder of the build's results. */
  void publish(String name, long millis) throws IOException {
    var file = Path.of("target", "faults", name + ".txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table(millis) + "\n" + broken());
    System.out.println(table(millis) + "Written to scripts/test.d/" + file);
  }
}
