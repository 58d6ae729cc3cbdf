package cryptorobot.deployer.guards;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cryptorobot.deployer.guards.TestReports.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guard without a test could be lost unnoticed. Each guard is removed once, and its test, which
 * passes before, must fail.
 */
@Tag("instance")
@Tag("slow")
@Tag("mutations")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutationsTest {
  private static final Path ROOT = root();

  private Copy copy;

  @BeforeAll
  void everyTestPassesWithEveryGuardInPlace(@TempDir Path folder) {
    copy = Copy.of(ROOT, folder);
    List<Mutation> all = mutations().toList();
    assertFalse(all.isEmpty(), "no mutation was found");
    // Surefire takes Class#one+other,Class#one …
    String names =
        all.stream()
            .filter(mutation -> !mutation.hasPythonTest())
            .collect(
                groupingBy(
                    Mutation::testClass, TreeMap::new, mapping(Mutation::testMethod, joining("+"))))
            .entrySet()
            .stream()
            .map(entry -> entry.getKey() + "#" + entry.getValue())
            .collect(joining(","));
    TestReports reports = copy.tests(names, false);
    for (Mutation mutation : all) {
      Ended ended = mutation.hasPythonTest() ? copy.pythonTest(mutation) : reports.of(mutation);
      assertEquals(Ended.GREEN, ended, () -> mutation.test() + ", with all guards in place");
    }
  }

  static Stream<Mutation> mutations() {
    return Mutation.in(ROOT.resolve("scripts/test.d/mutations")).stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void aTestFailsWhenTheGuardIsMissing(Mutation mutation) {
    Ended ended = copy.without(mutation);
    System.out.printf(
        "mutation %s: %s (%s without it): %s %s%n",
        mutation, mutation.guard(), mutation.file(), mutation.test(), verdict(ended));
    assertEquals(
        Ended.RED,
        ended,
        () -> mutation.test() + " does not fail without this guard: " + mutation.guard());
  }

  private static String verdict(Ended ended) {
    return switch (ended) {
      case RED -> "is red as it should";
      case GREEN -> "stays green";
      case NOT_RUN -> "did not run";
    };
  }

  private static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("scripts/test"))) {
        return folder;
      }
    }
    throw new IllegalStateException("scripts/test is in no folder above this one");
  }
}
