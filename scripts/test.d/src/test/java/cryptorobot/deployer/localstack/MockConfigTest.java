package cryptorobot.deployer.localstack;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.definition.DefinitionRun;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be checked of the mock configuration without LocalStack. */
final class MockConfigTest {
  private final JsonNode config;

  MockConfigTest() throws Exception {
    config = MockConfig.of(List.of(Route.values()));
  }

  private static Definition definition(Route route) throws IOException {
    return Definition.read(route.machine);
  }

  private JsonNode responses(Route route) {
    return config.at(
        "/StateMachines/" + MockConfig.name(route.machine) + "/TestCases/" + route.name());
  }

  /** The rules are those by which LocalStack validates the file when it reads it. */
  @Test
  void isInTheDocumentedFormat() {
    assertEquals(Set.of("StateMachines", "MockedResponses"), names(config));
    for (Map.Entry<String, JsonNode> response : config.get("MockedResponses").properties()) {
      int attempt = 0;
      for (Map.Entry<String, JsonNode> answer : response.getValue().properties()) {
        String where = response.getKey() + "/" + answer.getKey();
        assertEquals(String.valueOf(attempt++), answer.getKey(), where + " skips an attempt");
        if (names(answer.getValue()).equals(Set.of("Throw"))) {
          JsonNode thrown = answer.getValue().get("Throw");
          assertEquals(Set.of("Error", "Cause"), names(thrown), where);
          thrown.forEach(text -> assertTrue(text.isTextual(), where));
        } else {
          assertEquals(Set.of("Return"), names(answer.getValue()), where);
        }
      }
      assertTrue(attempt > 0, response.getKey() + " has no answer");
    }
  }

  @Test
  void isServedToALocalStackStartedElsewhere() throws Exception {
    Path file = Path.of("target", "sfn-mock-config.json");
    Files.writeString(file, config.toPrettyString());
    assertEquals(config, new ObjectMapper().readTree(file.toFile()));
  }

  @Test
  void answersEveryTaskOfEveryRoute() throws Exception {
    int cases = 0;
    for (JsonNode machine : config.get("StateMachines")) {
      cases += machine.get("TestCases").size();
    }
    assertEquals(Route.values().length, cases);
    for (Route route : Route.values()) {
      assertEquals(definition(route).tasks().keySet(), names(responses(route)), () -> route.name());
      responses(route)
          .forEach(
              response ->
                  assertTrue(
                      config.get("MockedResponses").has(response.asText()),
                      () -> response + " is nowhere"));
    }
  }

  @Test
  void theRoutesTogetherEnterEveryStateOfADeploy() throws Exception {
    Set<String> entered = new HashSet<>();
    for (Route route : Route.values()) {
      if (route.machine.equals(Route.DEPLOY)) {
        entered.addAll(route.run().states());
      }
    }
    Set<String> unseen = new HashSet<>(Definition.read(Route.DEPLOY).states());
    unseen.removeAll(entered);
    assertEquals(Set.of(), unseen);
  }

  @ParameterizedTest
  @EnumSource
  void takesTheSameRouteInTheLocalEngine(Route route) throws Exception {
    DefinitionRun scripted = route.run();
    DefinitionRun mocked = route.run(new Mocked(route));
    Definition definition = definition(route);
    assertEquals(definition.byFlow(scripted.states()), definition.byFlow(mocked.states()));
    assertEquals(scripted.ended().output(), mocked.ended().output());
    assertEquals(scripted.ended().cause(), mocked.ended().cause());
  }

  @Test
  void noTwoRoutesAreTheSame() throws Exception {
    Map<List<List<String>>, Set<Route>> routes = new HashMap<>();
    for (Route route : Route.values()) {
      routes
          .computeIfAbsent(
              definition(route).byFlow(route.run().states()), _ -> EnumSet.noneOf(Route.class))
          .add(route);
    }
    // A retry enters no state again.
    routes
        .get(definition(Route.DEPLOYED).byFlow(Route.DEPLOYED.run().states()))
        .remove(Route.DEPLOYED_AT_THE_SECOND_ATTEMPT);
    routes.values().forEach(same -> assertEquals(1, same.size(), same + " are the same route"));
  }

  @Test
  void everyRouteRunsOnLocalStack() {
    Set<String> tried =
        Stream.of(LocalStackRoutesTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(method -> method.getName().toLowerCase(Locale.ROOT))
            .collect(toSet());
    Set<String> routes =
        Stream.of(Route.values())
            .map(route -> route.name().replace("_", "").toLowerCase(Locale.ROOT))
            .collect(toSet());
    assertEquals(routes, tried);
  }

  private static Set<String> names(JsonNode node) {
    Set<String> names = new HashSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Answers from the configuration as LocalStack does: by state and by the number of retries. */
  private final class Mocked implements TaskRunner {
    private final JsonNode route;
    private final Definition definition;
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    Mocked(Route route) throws IOException {
      this.route = responses(route);
      this.definition = definition(route);
    }

    @Override
    public JsonNode run(TaskCall call) throws TaskFailure {
      String state = state(call.arguments());
      int attempt = attempts.merge(state, 1, Integer::sum) - 1;
      JsonNode answer =
          config.get("MockedResponses").get(route.get(state).asText()).get("" + attempt);
      if (answer.has("Throw")) {
        throw new TaskFailure(
            answer.at("/Throw/Error").asText(), answer.at("/Throw/Cause").asText());
      }
      return answer.get("Return");
    }

    /** A call does not name its state, but function, step and phase together identify it. */
    private String state(JsonNode arguments) {
      String function =
          arguments.get("FunctionName").asText().replaceAll("\\W|Function|.*crypto.robot.", "");
      return definition.tasks().entrySet().stream()
          .filter(
              task -> {
                JsonNode own = task.getValue().get("Arguments");
                return own.get("FunctionName").asText().endsWith("-" + function)
                    && own.at("/Payload/step").equals(arguments.at("/Payload/step"))
                    && own.at("/Payload/phase").equals(arguments.at("/Payload/phase"));
              })
          .map(Map.Entry::getKey)
          .reduce((one, other) -> fail(one + " and " + other + " are the same"))
          .orElseThrow(() -> new AssertionError("no state makes the call " + arguments));
    }

    private static String fail(String message) {
      throw new AssertionError(message);
    }
  }
}
