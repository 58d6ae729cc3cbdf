package cryptorobot.localcloud.aws.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ProcessRunnerTest extends FunctionRunnerTest {
  private static final Path CLIENTS_LIBRARY = Path.of("/tmp/.libaws-lambda-jni.so");

  @Override
  FunctionRunner runner(Path jar) throws IOException {
    return new ProcessRunner(
        RuntimeClassPath.of(jar, System.getProperty("java.class.path")),
        Instant::now,
        temporary(),
        (_, line) -> lines.add(line));
  }

  private Path temporary() {
    return folder.resolve("temporary");
  }

  @Test
  void aProcessHasAFolderForTemporaryFilesThatIsRemovedWithIt() throws Exception {
    Path file = Path.of(invoke("temporary"));
    assertTrue(Files.exists(file), file.toString());
    assertEquals(temporary(), file.getParent().getParent());
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    close();
    assertEquals(List.of(), in(temporary()));
  }

  @Test
  void leavesNothingInTheSharedTemporaryFolder() throws Exception {
    // The client and the JVM always use the same names there.
    Files.deleteIfExists(CLIENTS_LIBRARY);
    String process = invoke("process");
    assertFalse(
        Files.exists(Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), process)),
        "the JVM's file");
    close();
    assertFalse(Files.exists(CLIENTS_LIBRARY), "the client's library");
    assertFalse(
        Files.exists(Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), process)),
        "the JVM's file");
  }

  @Test
  void anotherUserOfThisMachineGetsNoInvocation() throws Exception {
    String api = "http://" + invoke("environment AWS_LAMBDA_RUNTIME_API");
    for (String uid : List.of("65534", Integer.toString(Peer.ownUid()))) {
      var curl =
          List.of(
              "setpriv",
              "--reuid=" + uid,
              "--clear-groups",
              "--",
              "curl",
              "--silent",
              "--noproxy",
              "*",
              "--write-out",
              "%{http_code}",
              "-d",
              "",
              api + "/2018-06-01/runtime/init/error");
      Process process = new ProcessBuilder(curl).start();
      String status = new String(process.getInputStream().readAllBytes());
      assertEquals(uid.equals("65534") ? "403" : "202", status.substring(status.length() - 3));
    }
  }

  @Test
  void removesTheFilesOfAKilledCloud() throws Exception {
    Files.createDirectories(temporary().resolve("1"));
    Files.writeString(temporary().resolve("1/file"), "left");
    Files.createSymbolicLink(temporary().resolve("link"), folder.resolve("functions.jar"));
    runner(folder.resolve("functions.jar")).close();
    assertFalse(Files.exists(temporary().resolve("1")));
    assertTrue(Files.exists(folder.resolve("functions.jar")), "a link was followed");
  }

  private static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.toList();
    }
  }

  @Test
  void reportsAProcessThatEnds() throws Exception {
    JsonNode error = fail(probe, "exit now");
    assertEquals("Runtime.ExitError", error.path("errorType").asText());
    assertTrue(error.path("errorMessage").asText().endsWith("exit status 3"), error.toString());
  }

  @Test
  void readsAnIdleProcessOnAPlatformThread() throws Exception {
    invoke("warm");
    // The list does not include virtual threads, which would block others while they read a pipe.
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals(probe.name())),
        "the process's output is not read on a platform thread");
  }
}
