package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code scripts/operate} with an environment's file, or words, nobody should have written. */
class OperateSettingsTest {
  private static final String ENVIRONMENT = "crypto-robot.local";
  private static final String IDENTITY =
      """
      <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:user/x</Arn>
      </GetCallerIdentityResult></GetCallerIdentityResponse>
      """;

  @TempDir Path folder;

  private final AtomicReference<String> started = new AtomicReference<>();
  private HttpServer aws;

  /** An AWS that names the caller and keeps the input of what is started. */
  @BeforeEach
  void startAws() throws IOException {
    aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext("/", this::answer);
    aws.start();
  }

  @AfterEach
  void stopAws() {
    aws.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String answer = IDENTITY;
    if (target != null) {
      started.set(Json.tree(body).orElseThrow().path("input").asText());
      answer = "{\"executionArn\": \"arn\", \"startDate\": 0}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Script.Ended operate(String... words) {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Script.HOST.resolve("../operate").toString(),
                    words[0],
                    "--region",
                    "eu-west-1",
                    "--no-follow"),
                Stream.of(words).skip(1))
            .toList();
    return Script.run(
        command,
        Map.of(
            "AWS_ENDPOINT_URL", "http://127.0.0.1:" + aws.getAddress().getPort(),
            "AWS_ACCESS_KEY_ID", "key",
            "AWS_SECRET_ACCESS_KEY", "secret"),
        "");
  }

  private Script.Ended deployWith(String file) throws IOException {
    Files.writeString(folder.resolve(ENVIRONMENT + ".json"), file);
    return operate("deploy", ENVIRONMENT, "--settings", folder.toString());
  }

  @Test
  void leavesToTheManifestOfAReleaseWhatTheFileSaysOfTheNext() throws IOException {
    Files.writeString(
        folder.resolve(ENVIRONMENT + ".json"),
        """
        {"branch": "main", "services": [], "port": 80, "protocol": "http", "keep_releases": 3}""");
    Script.Ended ended =
        operate(
            "rollback",
            ENVIRONMENT,
            "--settings",
            folder.toString(),
            "--set",
            "health_path=\"/ping\"");

    assertEquals(0, ended.code(), ended.errors());
    assertEquals(
        Json.tree(
            """
            {"keep_releases": 3, "environment": "crypto-robot.local", "operation": "rollback",
             "health_path": "/ping"}"""),
        Json.tree(started.get()));
  }

  static Stream<String> noSettings() {
    String good = "{\"branch\": \"main\", \"port\": 5000}";
    return Stream.concat(
        Stream.of(
            "null",
            "7",
            "\"text\"",
            "true",
            "[]",
            "[" + good + "]",
            good + good,
            good + "\n{}",
            good + " trailing",
            "{'branch': 'main'}",
            "{\"branch\": \"main\",}",
            "branch: main",
            "\u0000",
            "<<<<<<< HEAD\n" + good,
            "$(touch " + HostileTexts.CANARY + ")"),
        HostileTexts.cut(good, 12).stream());
  }

  @ParameterizedTest
  @MethodSource("noSettings")
  @Hostile("environment files of operate")
  void refusesAFileThatIsNotOneObjectAndStartsNothing(String file) throws IOException {
    Script.Ended ended = deployWith(file);

    assertEquals(2, ended.code(), ended.output() + ended.errors());
    assertTrue(
        ended.errors().contains(ENVIRONMENT + ".json is not one JSON object"), ended.errors());
    Refusal.isReadable(ended.errors().strip());
    assertNull(started.get(), "an execution was started");
    Refusal.ranNothing();
  }

  static Stream<String> texts() {
    return HostileTexts.all("settings").stream()
        .filter(
            text -> text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
        .limit(40);
  }

  @ParameterizedTest
  @MethodSource("texts")
  @Hostile("texts in an environment file, for the plan to refuse")
  void handsATextOnAsItIs(String text) throws IOException {
    Script.Ended ended = deployWith(Json.object().put("branch", text).toString());

    assertEquals(0, ended.code(), ended.errors());
    JsonNode input = Json.tree(started.get()).orElseThrow();
    assertEquals(text, input.path("branch").asText());
    assertEquals(ENVIRONMENT, input.path("environment").asText());
    Refusal.ranNothing();
  }

  static Stream<String> environments() {
    return HostileTexts.all("environments").stream()
        .filter(text -> text.indexOf(0) < 0)
        .filter(
            text -> text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
        .limit(40);
  }

  @ParameterizedTest
  @MethodSource("environments")
  @Hostile("environments on operate's command line")
  void refusesWhatIsNoEnvironmentAndStartsNothing(String environment) {
    Script.Ended ended = operate("deploy", environment);

    assertEquals(2, ended.code(), ended.output() + ended.errors());
    assertTrue(ended.errors().startsWith("operate: "), ended.errors());
    assertNull(started.get(), "an execution was started");
    Refusal.ranNothing();
  }
}
