package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code lib/python.sh}: which interpreter a request means on an instance that has 3.12 and 3.13.
 */
class FindPythonTest {
  private static final String STEP =
      """
      set -Eeuo pipefail
      APP=$1 DEPLOYER=$1 WORK=$1 STEP=build HOST=$2
      PATH=$1:/usr/bin:/bin
      require_pattern() { [[ $2 =~ $3 ]] || { echo "refused $1"; exit 10; }; }
      . "$HOST/lib/python.sh"
      find_python || { echo none; exit 42; }
      echo "${PYTHON##*/} $PYTHON_FULL $(environment_hash /dev/null)"
      """;

  @TempDir private Path folder;

  @BeforeEach
  void anInstance() throws IOException {
    interpreter("python3.12", "3.12.9");
    interpreter("python3.13", "3.13.5");
    Files.createSymbolicLink(folder.resolve("python3"), Path.of("python3.13"));
  }

  @Test
  void takesTheInstancesOwnWhereNoneIsNamed() {
    assertTrue(found("").startsWith("python3.13 3.13.5 "), found(""));
  }

  @Test
  void takesTheOneThatIsNamed() {
    assertTrue(found("3.12").startsWith("python3.12 3.12.9 "), found("3.12"));
    assertEquals("none", found("3.99"));
  }

  @Test
  void oneInterpreterHasOneEnvironmentUnderWhateverName() {
    assertEquals(found("3.13"), found(""));
    assertNotEquals(found("3.12"), found(""));
  }

  @Test
  void anotherInterpreterOfTheInstanceIsAnotherEnvironment() throws IOException {
    String before = found("");
    interpreter("python3.13", "3.13.6");
    assertNotEquals(before, found(""));
  }

  @Test
  void refusesWhatIsNoVersion() {
    assertEquals("refused PythonVersion", found("three"));
  }

  private void interpreter(String name, String version) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\necho " + version + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  private String found(String version) {
    return Script.run(
            List.of("bash", "-c", STEP, "bash", folder.toString(), Script.HOST.toString()),
            Map.of("SSM_PythonVersion", version),
            "")
        .output()
        .strip();
  }
}
