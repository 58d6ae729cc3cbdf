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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code scripts/operate} with an environment's file, or words, nobody should have written. */
class OperateSettingsTest {
  private static final String ENVIRONMENT = "crypto-robot.local";

  @TempDir Path folder;

  /** An AWS CLI that says who calls and keeps the input of what is started. */
  @BeforeEach
  void putAnAwsCliInItsPlace() throws IOException {
    Path aws = Files.createDirectories(folder.resolve("bin")).resolve("aws");
    Files.writeString(
        aws,
        """
        #!/bin/bash
        case "$1 $2" in
          'sts get-caller-identity') echo '{"Arn": "arn:aws:iam::000000000000:user/x"}' ;;
          'stepfunctions start-execution')
            while [[ $1 != --input ]]; do shift; done
            cp "${2#file://}" "$STARTED"; echo '{}' ;;
          *) exit 1 ;;
        esac
        """);
    assertTrue(aws.toFile().setExecutable(true));
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
            "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"),
            "STARTED", folder.resolve("started").toString(),
            "TMPDIR", folder.toString()),
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
        Json.tree(Files.readString(folder.resolve("started"))));
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
    assertFalse(Files.exists(folder.resolve("started")), "an execution was started");
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
    JsonNode input = Json.tree(Files.readString(folder.resolve("started"))).orElseThrow();
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
    assertFalse(Files.exists(folder.resolve("started")), "an execution was started");
    Refusal.ranNothing();
  }
}
