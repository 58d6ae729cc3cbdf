package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
 * The seal of a virtual environment: what changes it, and that it runs no program of the
 * environment.
 */
class EnvironmentSealTest {
  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void anEnvironment() {
    host = new FolderHost(folder);
    host.write("python3.11", "an interpreter");
    host.write("app/venvs/one/lib/flask.py", "one");
    host.make("app/venvs/one/bin");
    host.link("app/venvs/one/bin/python", folder.resolve("python3.11").toString());
  }

  @Test
  void staysTheSameWhereOnlyCachesAndTheSealItselfAreWritten() {
    String before = seal();
    host.write("app/venvs/one/lib/__pycache__/flask.cpython-311.pyc", "x");
    host.write("app/venvs/one/.complete", before);
    assertEquals(before, seal());
  }

  @Test
  void changesWithAFileALinkAndTheInterpreter() throws IOException {
    String first = seal();
    host.write("app/venvs/one/lib/more.py", "x");
    String second = seal();
    assertNotEquals(first, second, "a new file");
    host.write("other", "of another size");
    host.write("python3.11", "an interpreter of another version");
    String third = seal();
    assertNotEquals(second, third, "an interpreter that was upgraded");
    host.write("copy", host.read("python3.11"));
    Files.setLastModifiedTime(
        folder.resolve("copy"), Files.getLastModifiedTime(folder.resolve("python3.11")));
    host.link("app/venvs/one/bin/python", folder.resolve("copy").toString());
    assertNotEquals(third, seal(), "another interpreter");
  }

  @Test
  void doesNotExistWithoutTheInterpreter() throws IOException {
    Files.delete(folder.resolve("python3.11"));
    assertNotEquals(0, sealed().code());
  }

  @Test
  void startsNoProgramOfTheEnvironment() throws IOException {
    Files.delete(folder.resolve("app/venvs/one/bin/python"));
    host.write("app/venvs/one/bin/python", "#!/bin/sh\ntouch '" + folder.resolve("ran") + "'\n");
    folder.resolve("app/venvs/one/bin/python").toFile().setExecutable(true);
    assertTrue(seal().startsWith("seal-2 "));
    Script.Ended sound =
        host.library(
            List.of("environment.sh"),
            "environment_seal \"$APP/venvs/one\" >\"$APP/venvs/one/.complete\"; environment_is_sound one");
    assertEquals(0, sound.code(), sound::output);
    assertFalse(host.has("ran"), "a program of the environment ran");
  }

  @Test
  void ofAnEarlierVersionIsRecognized() {
    host.write("app/venvs/one/.complete", "0".repeat(64) + "\n");
    Script.Ended ended =
        host.library(
            List.of("environment.sh"), "! environment_is_sound one; has_an_earlier_seal one");
    assertEquals(0, ended.code(), ended::output);
  }

  private String seal() {
    Script.Ended ended = sealed();
    assertEquals(0, ended.code(), ended::errors);
    return ended.output();
  }

  private Script.Ended sealed() {
    return Script.module(
        "environment_seal", Map.of(), "", folder.resolve("app/venvs/one").toString());
  }
}
