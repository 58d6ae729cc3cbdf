package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deploy and power requests that are not valid: each is refused with its path, and no secret is
 * read.
 */
class HostileRequestsTest {

  private static final String DEPLOY =
      """
      {"environment": "crypto-robot.local", "operation": "deploy",
       "repository_url": "https://github.com/o/r.git", "python_version": "3.11",
       "application_path": "/opt/a", "virtual_env_path": "/opt/a/venv",
       "certificate_hostname": "a.b", "github_secret_name": "KEYS", "mode": "both",
       "port": 5000, "health_path": "/health", "protocol": "https",
       "when_keys_invalid": "refuse", "persistent_paths": ["data"], "keep_releases": 5,
       "bake_seconds": 10, "restore_power": false,
       "services": [{"name": "a", "type": "trading_robot", "command": "python a.py"},
                    {"name": "b", "type": "web_application", "command": "python b.py"}]}""";
  private static final String POWER =
      "{\"environment\": \"a\", \"operation\": \"stop\", \"application_path\": \"/opt/a\"}";

  private static final List<String> TEXTS =
      List.of(
          "environment",
          "operation",
          "repository_url",
          "branch",
          "revision",
          "release",
          "python_version",
          "application_path",
          "virtual_env_path",
          "certificate_hostname",
          "github_secret_name",
          "mode",
          "health_path",
          "protocol",
          "when_keys_invalid",
          "persistent_paths[0]",
          "services[0].name",
          "services[0].type",
          "services[1].command");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "7.5",
          "-1",
          "1e400",
          "99999999999999999999",
          "\"\"",
          "\" \"",
          "[[]]",
          "{\"a\":[{}]}");

  private final FakeSecrets secrets = new FakeSecrets();

  static Stream<Arguments> textsInFields() {
    return TEXTS.stream()
        .flatMap(
            field -> HostileTexts.made(field, 4).stream().map(text -> Arguments.of(field, text)));
  }

  static Stream<Arguments> tricksInFields() {
    List<String> tricks = HostileTexts.all("tricks");
    List<Arguments> cases = new ArrayList<>();
    for (int i = 0; i < tricks.size(); i++) {
      cases.add(Arguments.of(TEXTS.get(i % TEXTS.size()), tricks.get(i)));
    }
    return cases.stream();
  }

  /** References that the agent would replace by a value of the Parameter Store. */
  static Stream<Arguments> referencesInFields() {
    return TEXTS.stream().map(field -> Arguments.of(field, "{{ssm:/x}}"));
  }

  static Stream<Arguments> valuesInFields() {
    return Json.tree(DEPLOY).orElseThrow().properties().stream()
        .flatMap(field -> VALUES.stream().map(value -> Arguments.of(field.getKey(), value)))
        // A value that is wrong for one field is valid for another. These are valid.
        .filter(
            wrong ->
                !List.of("restore_power true").contains(wrong.get()[0] + " " + wrong.get()[1]));
  }

  static Stream<String> cutRequests() {
    return Stream.concat(
        HostileTexts.cut(event("deploy", DEPLOY), 20).stream(),
        HostileTexts.cut(event("power", POWER), 10).stream());
  }

  static Stream<Arguments> powerRequests() {
    return Stream.of("environment", "operation", "application_path")
        .flatMap(
            field ->
                HostileTexts.made("power " + field, 5).stream()
                    .map(text -> Arguments.of(field, text)));
  }

  private static String event(String machine, String request) {
    String environment = machine.equals("power") ? "a" : "crypto-robot.local";
    MachineScope scope = new MachineScope(environment, "", "", false, "");
    return "{\"machine\": \"%s\", \"scope\": %s, \"request\": %s, \"execution\": \"%s\", \"started_at\": \"%s\"}"
        .formatted(machine, Json.tree(scope), request, Steps.EXECUTION, "2026-11-23T06:15:00Z");
  }

  private String refusal(String event) {
    InvalidRequest refused =
        assertThrows(
            InvalidRequest.class,
            () -> Steps.call(new PlanDeployment(() -> secrets, Map.of()), event),
            "was planned");
    String message = refused.getMessage();
    Refusal.isReadable(message);
    assertEquals(0, refused.getStackTrace().length, "the failure has a stack trace");
    assertEquals(List.of(), secrets.requested(), "secrets were read");
    return message;
  }

  private static ObjectNode request(String text) {
    return (ObjectNode) Json.tree(text).orElseThrow();
  }

  /** The request with another value at a path like {@code services[0].name}. */
  private static String with(ObjectNode request, String path, JsonNode value) {
    String[] words = path.split("[\\[\\].]+");
    if (words.length == 1) {
      request.set(path, value);
    } else {
      ArrayNode list = (ArrayNode) request.get(words[0]);
      int index = Integer.parseInt(words[1]);
      if (words.length == 2) {
        list.set(index, value);
      } else {
        ((ObjectNode) list.get(index)).set(words[2], value);
      }
    }
    return request.toString();
  }

  private void isRefused(String machine, String request, String field, String text) {
    String message = refusal(event(machine, request));
    assertTrue(message.startsWith("$." + field + ": found "), message);
    assertTrue(message.contains("; allowed: "), message);
    // A possible path is shown up to a greater length.
    int shown = text.startsWith("/") ? 100 : 32;
    assertFalse(
        text.length() > shown && message.contains(text),
        () -> "repeats the whole value: " + message);
  }

  @ParameterizedTest
  @MethodSource({"textsInFields", "tricksInFields", "referencesInFields"})
  @Hostile("strings in a deploy request")
  void aStringThatNoFieldAccepts(String field, String text) {
    JsonNode value = Json.object().put("x", text).get("x");
    isRefused("deploy", with(request(DEPLOY), field, value), field, text);
  }

  @ParameterizedTest
  @MethodSource("valuesInFields")
  @Hostile("values of a wrong type in a deploy request")
  void aValueOfAWrongType(String field, String value) {
    String asWritten = "\"%s\": %s".formatted(field, value);
    String others = request(DEPLOY).without(List.of(field)).toString();
    String message =
        refusal(event("deploy", others.substring(0, others.length() - 1) + ", " + asWritten + "}"));
    assertTrue(message.startsWith("$." + field), message);
    assertTrue(message.contains("; allowed: "), message);
  }

  @ParameterizedTest
  @MethodSource("powerRequests")
  @Hostile("strings in a power request")
  void aStringThatNoPowerRequestAccepts(String field, String text) {
    JsonNode value = Json.object().put("x", text).get("x");
    isRefused("power", with(request(POWER), field, value), field, text);
  }

  @ParameterizedTest
  @MethodSource("cutRequests")
  @Hostile("truncated requests")
  void aRequestThatEndsTooEarly(String text) {
    assertTrue(refusal(text).startsWith("$: found "));
  }

  @Test
  void aHundredThousandLevelsAreNotADocument() {
    String message = refusal(event("deploy", "[".repeat(100_000) + "]".repeat(100_000)));
    assertTrue(message.startsWith("$: found text that is not JSON"), message);
  }
}
