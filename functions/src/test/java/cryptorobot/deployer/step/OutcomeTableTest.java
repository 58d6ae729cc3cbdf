package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@link Ending} and the client's exit code of a Fail state mean the same. */
class OutcomeTableTest {
  private static final Path TABLE = Path.of("../scripts/client/outcomes.json");
  private static final List<String> REFUSED = List.of("RequestRefused");
  private static final List<String> BROKEN = List.of("RollbackFailed");

  @Test
  void everyFailStateHasTheEndingOfItsExitCode() throws IOException {
    JsonNode failed = Json.tree(Files.readString(TABLE)).orElseThrow().path("failed");
    for (Map.Entry<String, JsonNode> entry : failed.properties()) {
      String error = entry.getKey();
      Ending expected =
          REFUSED.contains(error)
              ? Ending.REFUSED
              : BROKEN.contains(error) ? Ending.BROKEN : Ending.FAILED;
      assertEquals(expected, ending(error), error);
    }
    assertTrue(failed.properties().stream().map(Map.Entry::getKey).toList().containsAll(REFUSED));
    assertTrue(failed.properties().stream().map(Map.Entry::getKey).toList().containsAll(BROKEN));
    assertEquals(Ending.INTERRUPTED, ending("States.Runtime"), "not the name of a Fail state");
  }

  private static Ending ending(String error) {
    return Ending.of(new ExecutionState.Finished("FAILED", "deploy", "name", "{}", "", error, ""));
  }
}
