package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the output of a step goes, in a process of its own whose output is a file. */
final class ScriptsTest {
  @TempDir private Path folder;

  /** A program that runs a step between two lines of its own. */
  static final class Speaker {
    private Speaker() {}

    static void main(String[] arguments) {
      Path home = Path.of(arguments[0]);
      Settings settings = new Settings(URI.create("http://127.0.0.1:1"), "eu-west-1", home, home);
      System.err.println("before");
      System.err.println("ended with " + new Scripts(settings).runWith("input\n", "step", "a b"));
      System.out.println("after");
    }
  }

  @Test
  void aFileThatTheOutputIsAppendedToKeepsItsContent() throws Exception {
    Path log = folder.resolve("log");
    Files.writeString(log, "written by others\n");
    speak(ProcessBuilder.Redirect.appendTo(log.toFile()));
    assertEquals(
        "written by others\nbefore\nstep a b: input\nalso on stderr\nended with 3\nafter\n",
        Files.readString(log));
  }

  @Test
  void aFileThatTheOutputReplacesHasEveryLineInOrder() throws Exception {
    Path log = folder.resolve("log");
    speak(ProcessBuilder.Redirect.to(log.toFile()));
    assertEquals(
        "before\nstep a b: input\nalso on stderr\nended with 3\nafter\n", Files.readString(log));
  }

  private void speak(ProcessBuilder.Redirect output) throws IOException, InterruptedException {
    Path step = folder.resolve("scripts/local.d/step");
    Files.createDirectories(step.getParent());
    Files.writeString(
        step,
        "#!/bin/sh\nread -r line\necho \"step $1: $line\"\necho 'also on stderr' >&2\nexit 3\n");
    Files.setPosixFilePermissions(step, PosixFilePermissions.fromString("rwx------"));
    Process speaker =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Speaker.class.getName(),
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    assertEquals(0, speaker.waitFor());
  }
}
