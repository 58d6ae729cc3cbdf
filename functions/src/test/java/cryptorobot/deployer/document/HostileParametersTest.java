package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parameters of host steps nobody should send. Systems Manager refuses them by the documents'
 * patterns; what a pattern lets through, because it is JSON, reaches no shell and is refused by the
 * step; and what every step checks itself it refuses even if nobody else did.
 */
class HostileParametersTest {
  private static final Set<String> OBJECTS = Set.of("Installation", "ModeVariables");

  /** Values as JSON, whose pattern has only their first and last character. */
  private static final Set<String> LISTS =
      Set.of(
          "Services",
          "Secrets",
          "PersistentPaths",
          "ContainerNames",
          "Installation",
          "ModeVariables");

  @TempDir Path folder;

  private static JsonNode read(String name) {
    try (InputStream in = HostileParametersTest.class.getResourceAsStream("/documents/" + name)) {
      return Json.tree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> steps() {
    return read("names.json").properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Each parameter with each pattern it has in any document, once. */
  private static Set<Map.Entry<String, String>> patterns() {
    Map<Map.Entry<String, String>, Boolean> found = new HashMap<>();
    for (String step : steps()) {
      for (Map.Entry<String, JsonNode> parameter :
          read(step + ".json").path("parameters").properties()) {
        String pattern = parameter.getValue().path("allowedPattern").asText();
        found.put(Map.entry(parameter.getKey(), pattern), true);
      }
    }
    return found.keySet();
  }

  static Stream<Arguments> patternsOfTexts() {
    return patterns().stream()
        .filter(pattern -> !LISTS.contains(pattern.getKey()))
        .map(pattern -> Arguments.of(pattern.getKey(), pattern.getValue()));
  }

  @ParameterizedTest
  @MethodSource("patternsOfTexts")
  @Hostile("patterns of parameters, each held against every text")
  void noPatternLetsOneThrough(String name, String pattern) {
    AgentPattern agent = AgentPattern.of(pattern);
    HostileTexts.all(name)
        .forEach(text -> assertFalse(agent.allows(text), () -> name + " may be " + text));
  }

  static Stream<Arguments> patternsOfLists() {
    return patterns().stream()
        .filter(pattern -> LISTS.contains(pattern.getKey()))
        .map(pattern -> Arguments.of(pattern.getKey(), pattern.getValue()));
  }

  @ParameterizedTest
  @MethodSource("patternsOfLists")
  void aListIsOneLine(String name, String pattern) {
    AgentPattern agent = AgentPattern.of(pattern);
    boolean isObject = OBJECTS.contains(name);
    assertTrue(agent.allows(isObject ? "{}" : "[]"), name);
    for (String list : List.of("[", "x[]", "[]x", "[]\n", "[\n]", "\n[]")) {
      String text = isObject ? list.replace('[', '{').replace(']', '}') : list;
      assertFalse(agent.allows(text), () -> name + " may be " + text);
    }
    // An optional parameter may be empty.
    assertEquals(pattern.startsWith("^(|"), agent.allows(""), name);
  }

  static Stream<Arguments> stepsWithUnboundedParameters() {
    return steps().stream()
        .flatMap(
            step ->
                read(step + ".json").path("parameters").properties().stream()
                    .filter(
                        parameter ->
                            AgentPattern.of(parameter.getValue().path("allowedPattern").asText())
                                .allows(tooLong(parameter.getKey())))
                    .map(parameter -> Arguments.of(step, parameter.getKey())));
  }

  private static String tooLong(String name) {
    if (OBJECTS.contains(name)) {
      return Json.object().put("x", "x".repeat(12_996)).toString();
    }
    return Json.list().add("x".repeat(13_000)).toString();
  }

  /** The agent's patterns cannot count so far: the step itself does, before it does anything. */
  @ParameterizedTest
  @MethodSource("stepsWithUnboundedParameters")
  void everyStepRefusesAListThatIsTooLong(String step, String name) throws IOException {
    assertTrue(LISTS.contains(name), () -> name + " has no bound and is no list");
    Script.Ended ended = run(step, name, tooLong(name));

    assertEquals(10, ended.code(), ended.errors());
    String message = Json.tree(ended.output().strip()).orElseThrow().path("message").asText();
    assertTrue(message.startsWith(name + " has 13004 characters; allowed are "), message);
    assertFalse(Files.exists(application()), "the step made something");
  }

  static Stream<Arguments> stepsWithHostileParameters() {
    List<String> common = List.of("ApplicationPath", "Owner", "Generation", "Phase");
    List<String> steps = steps();
    List<Arguments> cases = new java.util.ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      List<String> texts =
          HostileTexts.all(steps.get(i)).stream()
              .filter(text -> text.indexOf(0) < 0 && text.indexOf('\ud800') < 0)
              .toList();
      for (int j = 0; j < 4; j++) {
        String text = texts.get((i * 4 + j) % texts.size());
        // status holds no lock and takes only the folder.
        if (read(steps.get(i) + ".json").path("parameters").has(common.get(j))) {
          cases.add(Arguments.of(steps.get(i), common.get(j), text));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("stepsWithHostileParameters")
  @Hostile("parameters, given to every step without Systems Manager before it")
  void everyStepRefusesItByItself(String step, String name, String text) throws IOException {
    Script.Ended ended = run(step, name, text);

    assertEquals(10, ended.code(), ended.errors());
    JsonNode said = Json.tree(ended.output().strip()).orElseThrow();
    assertEquals("InvalidParameter", said.path("failure").asText());
    assertTrue(said.path("message").asText().startsWith(name + " is '"), said::toString);
    assertFalse(Files.exists(application()), "the step made something");
    Refusal.ranNothing();
  }

  private Path application() {
    return folder.resolve("app/robot");
  }

  /** Runs a step as the agent does, with one parameter of the test's choice. */
  private Script.Ended run(String step, String name, String text) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    read(step + ".json")
        .path("parameters")
        .fieldNames()
        .forEachRemaining(parameter -> environment.put("SSM_" + parameter, "1"));
    environment.put("SSM_ApplicationPath", application().toString());
    environment.put("SSM_Owner", "arn:aws:states:eu-west-1:000000000000:execution:m:run-1");
    environment.put("SSM_PythonVersion", "3.11");
    environment.put("SSM_" + name, text);
    environment.put("RUNTIME_DIRECTORY", folder.toString());
    environment.put("IN_STEP_UNIT", "crypto-robot-test");
    return Script.run(command(step), environment, "");
  }

  /** What the step's document runs of the program, as the build makes it. */
  private static List<String> command(String step) {
    Path program = Path.of("target/program").toAbsolutePath();
    return List.of(Script.PYTHON, "-IS", program.resolve("__main__.py").toString(), step);
  }
}
