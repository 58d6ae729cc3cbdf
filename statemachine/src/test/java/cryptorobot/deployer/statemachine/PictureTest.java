package cryptorobot.deployer.statemachine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/deploy.svg shows the deploy machine of deploy.asl.yaml. {@code ./scripts/draw-machine} draws
 * it again.
 */
class PictureTest {
  private static final Pattern STATE = Pattern.compile("class=\"node\">\\s*<title>([^<]+)</title>");
  private static final Pattern WAY =
      Pattern.compile("class=\"edge\">\\s*<title>(\\w+)&#45;&gt;(\\w+)</title>");
  private static final String START = "Start";

  private final TreeSet<String> states = new TreeSet<>();
  private final TreeSet<String> ways = new TreeSet<>();

  @Test
  void showsEveryStateAndEveryTransitionOfTheDeployMachine() throws IOException {
    JsonNode machine = new YAMLMapper().readTree(Path.of("deploy.asl.yaml").toFile());
    states.add(START);
    ways.add(START + " " + machine.path("StartAt").asText());
    read(machine);

    String picture = Files.readString(Path.of("../docs/deploy.svg"));
    assertEquals(states, found(STATE, picture), "states; run ./scripts/draw-machine");
    assertEquals(ways, found(WAY, picture), "transitions; run ./scripts/draw-machine");
  }

  private void read(JsonNode flow) {
    for (var state : flow.path("States").properties()) {
      states.add(state.getKey());
      for (String field : new String[] {"Next", "Default"}) {
        way(state.getKey(), state.getValue().path(field));
      }
      for (String list : new String[] {"Choices", "Catch"}) {
        state.getValue().path(list).forEach(rule -> way(state.getKey(), rule.path("Next")));
      }
      for (JsonNode branch : state.getValue().path("Branches")) {
        way(state.getKey(), branch.path("StartAt"));
        read(branch);
      }
    }
  }

  private void way(String from, JsonNode to) {
    if (to.isTextual()) {
      ways.add(from + " " + to.asText());
    }
  }

  private static TreeSet<String> found(Pattern pattern, String picture) {
    return pattern
        .matcher(picture)
        .results()
        .map(PictureTest::words)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String words(MatchResult result) {
    return result.groupCount() == 1 ? result.group(1) : result.group(1) + " " + result.group(2);
  }
}
