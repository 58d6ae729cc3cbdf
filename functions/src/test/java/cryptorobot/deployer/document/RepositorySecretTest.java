package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code use_repository_secret} of {@code lib/git.sh}: what the login's secret may hold. */
class RepositorySecretTest {
  private static final String MARK = "visible-if-leaked";

  @TempDir Path folder;

  private Script.Ended use(String secret) throws IOException {
    Files.writeString(folder.resolve("stored"), secret);
    String script =
        """
        set -Eeuo pipefail
        fail() { printf '%s: %s\\n' "$1" "$2" >&2; exit 1; }
        # Only root may give a file to somebody else.
        install() { mkdir -p "${!#}"; }
        chown() { :; }
        secret_to() { cp "$STORED" "$1"; }
        source "$PROGRAM/lib/program.sh"
        source "$PROGRAM/lib/git.sh"
        use_repository_secret
        declare -p login
        """;
    return Script.run(
        List.of("bash", "-c", script),
        Map.of(
            "PROGRAM", Script.HOST.toString(),
            "STORED", folder.resolve("stored").toString(),
            "WORK", folder.toString(),
            "FETCH_USER", "nobody",
            "SSM_RepositoryUrl", "https://host/robot.git",
            "SSM_Branch", "main",
            "SSM_RepositorySecret", "crypto-robot/a/repository",
            "SSM_RepositorySecretVersion", "v1"),
        "");
  }

  static Stream<String> noLogins() {
    return Stream.concat(
        Stream.of(
            "",
            " ",
            MARK,
            "null",
            "7",
            "true",
            "\"" + MARK + " token\"",
            "[\"token\", \"" + MARK + "\"]",
            "{}",
            "{\"token\": null}",
            "{\"token\": 7}",
            "{\"token\": \"\"}",
            "{\"token\": \" \\n\"}",
            "{\"token\": [\"" + MARK + "\"]}",
            "{\"token\": {\"a\": \"" + MARK + "\"}}",
            "{\"token\": \"" + MARK + "\\ud800\"}",
            "{\"Token\": \"" + MARK + "\"}",
            "{\"ssh_key\": \"" + MARK + "\"}",
            "{\"known_hosts\": \"" + MARK + "\"}",
            "{\"ssh_key\": \"" + MARK + "\", \"known_hosts\": \"\"}",
            "{\"ssh_key\": \"" + MARK + "\", \"known_hosts\": [\"host\"]}",
            "{\"ssh_key\": 7, \"known_hosts\": \"" + MARK + "\"}",
            "{\"ssh_key\": \"\\udfff" + MARK + "\", \"known_hosts\": \"x\"}",
            "{\"token\": \"" + MARK + "\"} {}",
            "[".repeat(50_000) + "\"" + MARK + "\""),
        HostileTexts.cut("{\"token\": \"" + MARK + "\"}", 10).stream().filter(t -> !t.isEmpty()));
  }

  @ParameterizedTest
  @MethodSource("noLogins")
  @Hostile("repository secrets")
  void refusesWhatIsNoLoginWithoutShowingIt(String secret) throws IOException {
    Script.Ended ended = use(secret);

    assertEquals(1, ended.code(), ended.output());
    assertEquals(
        "LoginRefused: secret crypto-robot/a/repository must be"
            + " {\"ssh_key\", \"known_hosts\"} or {\"token\"}\n",
        ended.errors());
    assertFalse(ended.output().contains(MARK), "the secret was shown");
    assertFalse(Files.exists(folder.resolve("git/token")), "half a login was written");
  }

  static Stream<String> tokens() {
    return HostileTexts.all("tokens").stream()
        .filter(
            text ->
                !text.isBlank()
                    && text.codePoints()
                        .noneMatch(c -> Character.getType(c) == Character.SURROGATE));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  @Hostile("tokens a shell could take for commands")
  void handsAnyTokenToGitAsItIs(String token) throws IOException {
    Script.Ended ended = use(Json.object().put("token", token).toString());
    assertEquals(0, ended.code(), ended.errors());
    assertFalse(ended.output().contains("touch "), "the token stands in what git is given");

    Script.Ended asked =
        Script.run(
            List.of(folder.resolve("git/askpass").toString(), "Password for 'https://host': "),
            Map.of(),
            "");
    assertEquals(token.strip() + "\n", asked.output());
    Refusal.ranNothing();
  }

  @Test
  void answersTheQuestionForAUsersNameWithoutTheToken() throws IOException {
    use("{\"token\": \"" + MARK + "\"}");
    Script.Ended asked =
        Script.run(
            List.of(folder.resolve("git/askpass").toString(), "Username for 'https://host': "),
            Map.of(),
            "");
    assertEquals("x-access-token\n", asked.output());
    assertTrue(Files.exists(folder.resolve("git/token")));
  }
}
