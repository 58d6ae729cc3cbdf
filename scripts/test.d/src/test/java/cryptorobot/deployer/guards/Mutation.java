package cryptorobot.deployer.guards;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One guard removed: {@code scripts/test.d/mutations/<name>.mutation}, a header of {@code guard},
 * {@code file} and {@code test}, a line {@code ---}, and a sed script for that file.
 *
 * @param guard what it guarantees, in words
 * @param file the changed file, from the root of the sources
 * @param test the test that must fail: {@code package.Class#method} of the module {@code
 *     functions}, or {@code tests.module.Class#method} of the host program
 * @param script for {@code sed --regexp-extended}
 */
record Mutation(String name, String guard, String file, String test, String script) {
  private static final String PACKAGE = "cryptorobot.deployer.";

  Mutation {
    requireNonNull(guard, () -> name + " names no guard");
    requireNonNull(file, () -> name + " names no file");
    if (test == null || !test.matches("[a-z_.]+\\.[A-Z]\\w+#[a-z]\\w+") || script.isBlank()) {
      throw new IllegalArgumentException(name + " has no test of the form a.BTest#c, or no script");
    }
  }

  /** All mutations of a folder, by name. */
  static List<Mutation> in(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".mutation"))
          .sorted()
          .map(Mutation::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mutation read(Path file) {
    try {
      String name = file.getFileName().toString().replace(".mutation", "");
      String[] parts = Files.readString(file).split("(?m)^---\n", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException(name + " has no line --- before its script");
      }
      Map<String, String> header = new HashMap<>();
      for (String line : parts[0].lines().toList()) {
        String[] field = line.split(": ", 2);
        header.put(field[0], field[1]);
      }
      return new Mutation(
          name, header.get("guard"), header.get("file"), header.get("test"), parts[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String testClass() {
    return PACKAGE + test.substring(0, test.indexOf('#'));
  }

  String testMethod() {
    return test.substring(test.indexOf('#') + 1);
  }

  /** Whether a test of the host program must fail, in Python. */
  boolean hasPythonTest() {
    return test.startsWith("tests.");
  }

  boolean isJava() {
    return file.endsWith(".java");
  }

  @Override
  public String toString() {
    return name;
  }
}
