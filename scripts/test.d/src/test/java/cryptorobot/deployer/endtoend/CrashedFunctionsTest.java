package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The process of a function is killed: before it has sent its command, and while it waits for the
 * end of the command. Only where functions have processes: {@code LOCAL_LAMBDA=process}.
 */
@FaultTest
@Tag("process")
class CrashedFunctionsTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  CrashedFunctionsTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @TestFactory
  Stream<DynamicTest> aFunctionThatIsKilledWhileItsStepRunsLeavesOneWholeRelease() {
    return Stream.of("deploy-release", "activate-release", "confirm-release")
        .map(
            step ->
                table.test(
                    "function killed",
                    "RunDeployStep, " + step + " was sent and runs",
                    () -> {
                      String commit = fixture.commit();
                      fixture.shims().holdAt("step-" + step, "*");
                      return fixture.inject(
                          commit,
                          run -> {
                            fixture.shims().awaitHit();
                            processes("RunDeployStep").forEach(ProcessHandle::destroyForcibly);
                            fixture.shims().reset();
                          });
                    }));
  }

  /** The process is stopped first, so that it has done no part of its work when it is killed. */
  @TestFactory
  Stream<DynamicTest> aFunctionThatIsKilledBeforeItSendsItsStepLeavesOneWholeRelease() {
    return Stream.of("ActivateRelease", "ConfirmRelease")
        .map(
            state ->
                table.test(
                    "function killed",
                    "RunDeployStep, in " + state + " before it sends anything",
                    () -> {
                      String before =
                          state.equals("ActivateRelease") ? "inject-keys" : "check-health";
                      String commit = fixture.commit();
                      fixture.shims().holdAt("step-" + before, "*");
                      return fixture.inject(commit, run -> isKilledBeforeItIsUsed(run, state));
                    }));
  }

  private void isKilledBeforeItIsUsed(ExecutionHandle run, String state) {
    fixture.shims().awaitHit();
    List<ProcessHandle> functions = processes("RunDeployStep");
    functions.forEach(function -> signal("-STOP", function));
    fixture.shims().reset();
    run.awaitEntered(state);
    functions.forEach(ProcessHandle::destroyForcibly);
  }

  private static void signal(String signal, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The processes of this local cloud that run a function now or wait for one. */
  private static List<ProcessHandle> processes(String function) {
    long cloud;
    try {
      cloud = Long.parseLong(Files.readString(LocalCommand.state().resolve("cloud.pid")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<ProcessHandle> found =
        ProcessHandle.of(cloud).orElseThrow().children().filter(p -> runs(p, function)).toList();
    assertTrue(!found.isEmpty(), "no process runs " + function + ": is LOCAL_LAMBDA process?");
    return found;
  }

  private static boolean runs(ProcessHandle process, String function) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"))
          .contains("AWS_LAMBDA_FUNCTION_NAME=crypto-robot-" + function + "\0");
    } catch (IOException e) {
      // It ended meanwhile.
      return false;
    }
  }
}
