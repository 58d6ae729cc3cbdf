package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What uv and pip install from the requirements of real robots: the same packages in the same
 * versions, with the same files.
 */
@Tag("instance")
@Tag("slow")
@Tag("robots")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UvAndPipTest {
  private static final Path COMPARE =
      LocalCommand.home().resolve("scripts/test.d/compare-builders.py");

  private Path folder;
  private String uv;

  @BeforeAll
  void thePinnedUv(@TempDir Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Path printed = folder.resolve("uv.txt");
    int code = run(printed, List.of("--uv", folder.toString()));
    assumeTrue(
        code == 0, () -> "uv is installed from a package index: " + readable(printed).strip());
    uv = readable(printed).strip();
  }

  static Stream<Path> requirements() throws IOException {
    return Files.list(
            LocalCommand.home().resolve("scripts/test.d/src/test/resources/robots/requirements"))
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("requirements")
  void installTheSame(Path requirements) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed.txt");
    assertEquals(0, run(printed, List.of(uv, requirements.toString())), () -> readable(printed));
  }

  private int run(Path printed, List<String> arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of("/usr/bin/python3", COMPARE.toString()), arguments.stream())
            .toList();
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start()
        .waitFor();
  }

  private static String readable(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
