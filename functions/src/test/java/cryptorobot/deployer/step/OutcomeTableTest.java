package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.ExecutionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The client's table of outcomes and this room's {@link Ending} mean the same. */
class OutcomeTableTest {
  private static final Path TABLE = Path.of("../scripts/client/outcomes.json");
  private static final Map<Integer, Ending> MEANINGS =
      Map.of(2, Ending.REFUSED, 1, Ending.FAILED, 3, Ending.BROKEN);

  @Test
  void everyFailureOfTheTableEndsWithTheCodeItHasThere() throws IOException {
    JsonNode failed = Json.tree(Files.readString(TABLE)).orElseThrow().path("failed");
    var met = EnumSet.noneOf(Ending.class);
    failed
        .properties()
        .forEach(
            entry -> {
              Ending ending = ending(entry.getKey());
              assertEquals(MEANINGS.get(entry.getValue().asInt()), ending, entry::toString);
              met.add(ending);
            });
    assertEquals(EnumSet.of(Ending.REFUSED, Ending.FAILED, Ending.BROKEN), met);
    assertEquals(Ending.INTERRUPTED, ending("States.Runtime"), "no name of the table");
  }

  private static Ending ending(String error) {
    return Ending.of(new ExecutionState.Finished("FAILED", "deploy", "name", "{}", "", error, ""));
  }
}
