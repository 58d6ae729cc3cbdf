package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, '',                0",
    "FAILED,    RequestRefused,    2",
    "FAILED,    DeploymentFailed,  1",
    "FAILED,    RolledBack,        1",
    "FAILED,    PowerFailed,       1",
    "FAILED,    StartedUnhealthy,  1",
    "FAILED,    Unhealthy,         1",
    "FAILED,    WatchFailed,       1",
    "FAILED,    RollbackFailed,    3",
  })
  void theNameOfTheFailureIsTheExitCode(String status, String error, int exit) {
    assertEquals(exit, exitCode(status, error, false));
    assertEquals(exit, exitCode(status, error, true));
  }

  @ParameterizedTest
  @CsvSource({"ABORTED, ''", "TIMED_OUT, States.Timeout", "FAILED, States.Runtime"})
  void whereTheMachineCouldNotSayTheInstanceIsAsked(String status, String error) {
    assertEquals(1, exitCode(status, error, true), "it said what serves");
    assertEquals(3, exitCode(status, error, false), "it did not answer");
  }

  private static int exitCode(String status, String error, boolean readable) {
    var ended =
        new Standing(
            "arn",
            status,
            Instant.EPOCH,
            Optional.of(Instant.EPOCH),
            MissingNode.getInstance(),
            MissingNode.getInstance(),
            error,
            "");
    return Outcome.of(ended).exitCode(() -> readable).number();
  }
}
