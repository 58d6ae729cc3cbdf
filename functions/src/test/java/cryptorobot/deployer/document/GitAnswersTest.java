package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a git server or a committer may answer, as {@code lib/git.sh} and its helpers take it. */
class GitAnswersTest {
  @TempDir Path folder;

  /** Calls a function of git.sh, with what a step would have given it. */
  private Script.Ended call(String function, String branch) {
    String script =
        """
        set -Eeuo pipefail
        require_pattern() { [[ $2 =~ $3 ]] || fail InvalidParameter "$1 is '$2', allowed is $3"; }
        fail() { printf '%s: %s\\n' "$1" "$2" >&2; exit 1; }
        log() { :; }
        source "$GIT_SH"
        """;
    return Script.run(
        List.of("bash", "-c", script + function),
        Map.of(
            "GIT_SH",
            Script.HOST.resolve("lib/git.sh").toString(),
            "SSM_RepositoryUrl",
            "https://host/robot.git",
            "SSM_Branch",
            branch),
        "");
  }

  static Stream<String> branches() {
    return Stream.concat(
        Stream.of(
            "",
            "-x",
            "a..b",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "a/",
            "a//b",
            "a.",
            "refs/heads/*",
            "a b",
            "@{-1}",
            "a:b",
            "a^",
            "a~1",
            "a?",
            "a".repeat(201)),
        HostileTexts.all("branches").stream().filter(text -> text.indexOf(0) < 0));
  }

  @ParameterizedTest
  @MethodSource("branches")
  @Hostile("branch names on the host")
  void refusesWhatIsNoBranchName(String branch) {
    Script.Ended ended = call("check_repository_settings", branch);

    assertEquals(1, ended.code(), () -> "took the branch " + branch);
    Refusal.ranNothing();
  }

  static Stream<byte[]> subjects() {
    return Stream.of(
        Stream.of("a".repeat(199) + "é", "ü".repeat(300), "\u001b[2J\u001b]0;x\u0007gone", "a\rb"),
        Stream.of("\u202egnp.exe", "\u009b31mred", "zero\u200bwidth", "line\u2028end", "a\tb"),
        HostileTexts.all("subjects").stream())
        .flatMap(texts -> texts)
        .map(text -> text.getBytes(UTF_8))
        .toList()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  @Hostile("commit subjects")
  void showsASubjectAsOneLineOfText(byte[] subject) throws IOException {
    String shown = shown(subject);

    assertTrue(
        shown
            .codePoints()
            .noneMatch(
                c ->
                    Character.getType(c) == Character.CONTROL
                        || Character.getType(c) == Character.FORMAT),
        () -> "holds control characters: " + shown);
    assertTrue(shown.codePointCount(0, shown.length()) <= 200, shown);
    Refusal.ranNothing();
  }

  @ParameterizedTest
  @CsvSource({"Pr\u00fcfung, Pr\ufffdfung", "caf\u00e9 \u00e0 la carte, caf\ufffd \ufffd la carte"})
  @Hostile("commit subjects that are no UTF-8")
  void showsBytesThatAreNoTextAsSuch(String subject, String shown) throws IOException {
    assertEquals(shown, shown(subject.getBytes(ISO_8859_1)));
  }

  @Test
  void leavesAnOrdinarySubjectAsItIs() throws IOException {
    assertEquals("Mend “it” für 5 €, 😀", shown("Mend “it” für 5 €, 😀\n".getBytes(UTF_8)));
  }

  private String shown(byte[] subject) throws IOException {
    Path file = Files.write(folder.resolve("subject"), subject);
    String run = Script.PYTHON + " -IS \"$1\" --module subject <\"$2\"";
    Script.Ended ended =
        Script.run(
            List.of("bash", "-c", run, "bash", Script.HOST.toString(), file.toString()),
            Map.of("LC_ALL", "C.UTF-8"),
            "");
    assertEquals(0, ended.code(), ended.errors());
    return ended.output();
  }
}
