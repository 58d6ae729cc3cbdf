package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way from what other programs print out of a step: no secret, and no part of one where a
 * text is cut.
 */
class RedactedPathsTest {
  private static final String SECRET = "Q7w2e9R4".repeat(8);
  private static final Pattern PART = Pattern.compile("(Q7w2e9R4|[A-Za-z0-9]{0,3}Q7w2|e9R4Q7)");

  @TempDir Path folder;

  private FolderHost host;

  @BeforeEach
  void aReleaseWithASecret() {
    host =
        new FolderHost(folder)
            .variable("LEAK", SECRET)
            .with("RepositoryUrl", "")
            .with("Branch", "main");
    host.write("app/releases/one/.env", "BINANCE_SECRET_KEY=" + SECRET + "\n");
  }

  private Script.Ended library(String commands, String... files) {
    return host.library(List.of(files), commands);
  }

  private static void isRedacted(String text) {
    assertTrue(text.contains("[redacted]"), () -> "should be redacted: " + text);
    hasNone(text);
  }

  private static void hasNone(String text) {
    assertFalse(PART.matcher(text).find(), () -> "has the secret or a part of it: " + text);
  }

  /** So many letters and the secret: what is cut behind them cuts it. */
  private static String cutAt(int length) {
    return "printf '%%0%dd%%s\\n' 0 \"$LEAK\"".formatted(length - 20);
  }

  @Test
  void theMessageOfAFailure() {
    Script.Ended ended = library("fail StepFailed \"$(" + cutAt(4000) + ")\"");
    assertEquals(1, ended.code());
    assertTrue(ended.output().startsWith("{\"failure\":\"StepFailed\""), ended::output);
    hasNone(ended.output() + ended.errors() + host.read("state/log/test.log"));
  }

  @Test
  void whatACommandPrintsUnasked() {
    Script.Ended ended = library("echo \"stray $LEAK\" >&2; log all is well");
    assertTrue(ended.errors().contains("stray [redacted]"), ended::errors);
    assertTrue(ended.errors().contains("all is well"), ended::errors);
    hasNone(ended.errors());
  }

  @Test
  void whatAnInstallerPrints() {
    Script.Ended ended =
        library(
            "installer() { "
                + cutAt(100)
                + "; return 3; }\n"
                + "logged installer || echo \"status $?\"; tail -n 1 \"$WORK/output\"");
    assertTrue(ended.output().startsWith("status 3"), ended::errors);
    isRedacted(ended.output());
    isRedacted(host.read("state/log/test.log"));
  }

  @Test
  void theLastLineOfAProgram() {
    Script.Ended ended =
        library("{ echo first; " + cutAt(50) + "; } >\"$WORK/x\"; last_lines 1 \"$WORK/x\"");
    isRedacted(ended.output());
    assertFalse(ended.output().contains("first"), ended::output);
  }

  @Test
  void withoutPythonAFailureKeepsItsNameAndWithholdsItsMessage() {
    host.standIn("python3", "() { return 127; }");
    Script.Ended ended = library("fail HostUnfit \"about $LEAK\"");
    assertEquals(21, ended.code());
    assertTrue(ended.output().contains("the reason is withheld"), ended::output);
    hasNone(ended.output() + ended.errors());
  }

  @Test
  void linesOfTheJournalAsTheyAreShipped() throws IOException {
    List<String> key =
        Script.run(List.of("openssl", "genpkey", "-algorithm", "ED25519"), Map.of(), "")
            .output()
            .lines()
            .toList();
    StringBuilder entries = new StringBuilder();
    for (String line :
        List.of("the key is " + SECRET, key.get(0), key.get(1), key.get(2), "tick")) {
      // Another unit's lines come between.
      for (String unit : List.of("crypto-robot", "crypto-webapp")) {
        entries.append(
            "{\"__CURSOR\":\"s=1\",\"__REALTIME_TIMESTAMP\":\"1780000000000000\",\"_PID\":\"7\",\"_SYSTEMD_UNIT\":\"%s.service\",\"MESSAGE\":\"%s\"}\n"
                .formatted(unit, unit.equals("crypto-webapp") ? "served" : line));
      }
    }
    host.write("entries", entries.toString());
    String app = host.application().toString();
    String shipped =
        python(
                "redacted = Redaction(%s)\nfor entry in map(json.loads, open(%s)): sys.stdout.write(line_of(entry, redacted))"
                    .formatted(quoted(app), quoted(folder.resolve("entries").toString())),
                "ship")
            .output();
    isRedacted(shipped);
    assertFalse(shipped.contains(key.get(1).substring(0, 20)), shipped);
    assertTrue(shipped.contains("tick") && shipped.contains("served"), shipped);
  }

  /** Whoever logs or chooses from another program's words does it by the functions of redact.sh. */
  @Test
  void noStepReadsWhatOthersPrintedPastTheRedaction() throws IOException {
    List<String> past = new ArrayList<>();
    Pattern chosen =
        Pattern.compile(
            "\\$\\((?:tail|head|cat|tr|grep|<)[^)]*\"\\$WORK/(?!output\")(?!curl\")(?!openssl\")");
    try (Stream<Path> files = Files.walk(Script.HOST)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".sh")).toList()) {
        for (String line : Files.readString(file, UTF_8).lines().toList()) {
          boolean logs = line.contains(">>\"$DEPLOYER/log/") && !line.contains("{ cat >>");
          if (logs || chosen.matcher(line).find()) {
            past.add(file.getFileName() + ": " + line.strip());
          }
        }
      }
    }
    assertEquals(List.of(), past);
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private Script.Ended python(String program, String... modules) {
    var imports = new StringBuilder("import json\n");
    for (String module : modules) {
      imports.append("from robothost.%s import *\n".formatted(module));
    }
    return Script.python(
        imports + program,
        Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin", "LEAK", SECRET),
        "");
  }
}
