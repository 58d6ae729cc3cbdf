package cryptorobot.localcloud.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.aws.ssm.Documents;
import cryptorobot.localcloud.machines.CommandEnd;
import cryptorobot.localcloud.machines.MachineState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;

/** The reports observed with agent 3.3.1142, row by row. */
final class AgentTableTest {
  private static final String NAME = "table";
  private static final String DOCUMENT =
      """
      {"schemaVersion": "2.2", "description": "a test", "parameters": {
        "Value": {"type": "String", "default": "", "allowedPattern": "%s", "interpolationType": "ENV_VAR"}},
       "mainSteps": [{"name": "table", "action": "aws:runShellScript", "inputs": {
        "timeoutSeconds": "%s", "runCommand": ["true"]}}]}
      """;
  private static final String ADDED = "failed to run commands: exit status ";
  private static final String CUT = "--output truncated--";

  @TempDir Path state;
  private TestCloud test;
  private SsmClient client;
  private String instance;

  @BeforeEach
  void start() throws Exception {
    start("60");
  }

  private void start(String timeout) throws Exception {
    test =
        new TestCloud(
            state, new ManualClock(), Map.of(NAME, DOCUMENT.formatted("^.*$", timeout)), Map.of());
    client = test.client(SsmClient.builder());
    instance = test.fleet.online("crypto-robot.local").instanceId();
  }

  @AfterEach
  void stop() {
    test.close();
  }

  private String send() {
    return client
        .sendCommand(r -> r.documentName(NAME).instanceIds(instance).timeoutSeconds(60))
        .command()
        .commandId();
  }

  private GetCommandInvocationResponse get(String command) {
    return client.getCommandInvocation(r -> r.commandId(command).instanceId(instance));
  }

  private GetCommandInvocationResponse ran(CommandEnd end) {
    test.fleet.scriptsEnd(_ -> Optional.of(end));
    String command = send();
    test.clock.advance(Duration.ofMillis(200));
    return get(command);
  }

  private record Row(
      CommandEnd script, String status, String details, int code, String stdout, String stderr) {}

  private static CommandEnd exit(int code) {
    return FakeFleet.end(code, "out\n", "err\n");
  }

  static Stream<Row> rows() {
    String rest = " Further document steps will be skipped.";
    String good = "\nStep exited with code 168. Therefore, marking step as succeeded." + rest;
    String bad = "\nStep exited with code 169. Therefore, marking step as Failed." + rest;
    return Stream.of(
        new Row(exit(0), "Success", "Success", 0, "out\n", "err\n"),
        new Row(exit(1), "Failed", "Failed", 1, "out\n", "err\n" + ADDED + 1),
        new Row(exit(41), "Failed", "Failed", 41, "out\n", "err\n" + ADDED + 41),
        new Row(exit(137), "TimedOut", "ExecutionTimedOut", 137, "out\n", "err\n"),
        new Row(exit(143), "Failed", "Failed", 143, "out\n", "err\n" + ADDED + 143),
        new Row(exit(168), "Success", "Success", 168, "out\n" + good, ""),
        new Row(exit(169), "Failed", "Failed", 169, "out\n" + bad, "err\n" + ADDED + 169 + bad),
        new Row(exit(195), "Failed", "Failed", 195, "out\n", "err\n" + ADDED + 195),
        new Row(FakeFleet.end(1, "", ""), "Failed", "Failed", 1, "", ADDED + 1),
        new Row(FakeFleet.end(2, "", "dead"), "Failed", "Failed", 2, "", "dead" + ADDED + 2),
        // Its shell succeeded, but a process held its stdout open until the timeout.
        new Row(
            new CommandEnd(0, "out\n", "", true, false),
            "TimedOut",
            "ExecutionTimedOut",
            137,
            "out\n",
            ""),
        new Row(
            new CommandEnd(194, "out\n", "", true, false),
            "TimedOut",
            "ExecutionTimedOut",
            137,
            "out\n",
            ""));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void reportsTheEndOfAScript(Row row) {
    var end = ran(row.script());
    assertEquals(
        List.of(row.status(), row.details(), row.code(), row.stdout(), row.stderr()),
        List.of(
            end.statusAsString(),
            end.statusDetails(),
            end.responseCode(),
            end.standardOutputContent(),
            end.standardErrorContent()));
  }

  @Test
  void truncatesStdoutByBytesAndMarksIt() {
    assertEquals("a".repeat(23_999), ran(printed("a".repeat(23_999))).standardOutputContent());
    assertEquals(
        "a".repeat(23_980) + CUT, ran(printed("a".repeat(24_000))).standardOutputContent());
    assertEquals(
        "ä".repeat(11_990) + CUT, ran(printed("ä".repeat(12_000))).standardOutputContent());
    assertEquals(
        "a" + "ä".repeat(11_989) + "\ufffd" + CUT,
        ran(printed("a" + "ä".repeat(12_000))).standardOutputContent(),
        "a character is split");
  }

  @Test
  void truncatesStderrAtTheSameSizeOfWhichTheServiceShowsLess() {
    var end = ran(FakeFleet.end(1, "", "e".repeat(30_000)));
    assertEquals("e".repeat(8_000), end.standardErrorContent(), "the agent's line is gone");
  }

  private static CommandEnd printed(String text) {
    return FakeFleet.end(0, text, "");
  }

  @ParameterizedTest
  @CsvSource({
    // stdout, stderr, the remaining bytes of each, whether it is marked as truncated
    "2499, 0, 2499, false, 0, false",
    "2500, 0, 2477, true, 0, false",
    "3000, 100, 2353, true, 100, false",
    "100, 3000, 100, false, 2353, true",
    "3000, 3000, 1215, true, 1215, true",
  })
  void sharesTheListedOutput(
      int stdout, int stderr, int out, boolean outCut, int err, boolean errCut) {
    test.fleet.scriptsEnd(
        _ -> Optional.of(FakeFleet.end(0, "o".repeat(stdout), "e".repeat(stderr))));
    String command = send();
    test.clock.advance(Duration.ofMillis(200));
    String listed =
        client
            .listCommandInvocations(r -> r.commandId(command).details(true))
            .commandInvocations()
            .getFirst()
            .commandPlugins()
            .getFirst()
            .output();
    assertEquals(
        "o".repeat(out)
            + (outCut ? "\n---Output truncated---" : "")
            + (stderr > 0 ? "\n----------ERROR-------\n" : "")
            + "e".repeat(err)
            + (errCut ? "\n---Error truncated----" : ""),
        listed);
    assertTrue(listed.getBytes(UTF_8).length <= 2_500, listed);
  }

  @ParameterizedTest
  @CsvSource({"4, 3600", "5, 5", "172800, 172800", "172801, 3600", "soon, 3600"})
  void replacesAnInvalidTimeout(String timeout, long seconds) throws Exception {
    stop();
    start(timeout);
    send();
    test.clock.advance(Duration.ofMillis(200));
    assertEquals(Duration.ofSeconds(seconds), test.fleet.scripts().getFirst().command().timeout());
  }

  @Test
  void reportsAScriptLostInAPowerOffAsFailedWithoutOutput() {
    var end = lostAndBack();
    assertEquals("Failed", end.statusAsString());
    assertEquals(1, end.responseCode());
    assertEquals("", end.standardOutputContent());
    assertEquals("", end.standardErrorContent());
    assertEquals(1, test.fleet.scripts().size(), "the script is not run again");
  }

  private GetCommandInvocationResponse lostAndBack() {
    test.fleet.scriptsEnd(_ -> Optional.empty());
    String command = send();
    test.clock.advance(Duration.ofMillis(100));
    test.fleet.set(instance, MachineState.STOPPED, Optional.empty());
    test.fleet
        .scripts()
        .getFirst()
        .end()
        .complete(new CommandEnd(137, "so far", "err", false, true));
    test.clock.advance(Duration.ofSeconds(5));
    test.fleet.set(instance, MachineState.RUNNING, Optional.of(test.clock.now()));
    test.clock.advance(Duration.ofSeconds(60));
    assertEquals("InProgress", get(command).statusAsString(), "60 s after the boot");
    test.clock.advance(Duration.ofSeconds(2));
    return get(command);
  }

  @Test
  void keepsWhatACancelledScriptPrinted() {
    test.fleet.scriptsEnd(_ -> Optional.empty());
    String command = send();
    test.clock.advance(Duration.ofMillis(100));
    test.fleet.killed("so far");
    client.cancelCommand(r -> r.commandId(command));
    assertEquals("Cancelled", get(command).statusDetails());
    assertEquals(137, get(command).responseCode());
    assertEquals("so far", get(command).standardOutputContent());
  }

  @Test
  void joinsTheOutputsBeforeAndAfterAReboot() {
    test.fleet.scriptsEnd(
        _ ->
            Optional.of(
                test.fleet.scripts().size() == 1
                    ? FakeFleet.end(194, "one\n", "e1\n")
                    : FakeFleet.end(0, "two\n", "e2\n")));
    String command = send();
    test.clock.advance(Duration.ofSeconds(1));
    test.fleet.set(instance, MachineState.STOPPED, Optional.empty());
    test.clock.advance(Duration.ofSeconds(1));
    test.fleet.set(instance, MachineState.RUNNING, Optional.of(test.clock.now()));
    test.clock.advance(Duration.ofSeconds(1));
    assertEquals("one\ntwo\n", get(command).standardOutputContent());
    assertEquals("e1\ne2\n", get(command).standardErrorContent());
  }

  @Test
  void runsFiveCommandsAtOnce() {
    test.fleet.scriptsEnd(_ -> Optional.empty());
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      commands.add(send());
    }
    test.clock.advance(Duration.ofMillis(200));
    assertEquals(5, test.fleet.scripts().size());
    assertEquals("Pending", get(commands.getLast()).statusAsString());

    test.fleet.scripts().getFirst().end().complete(printed(""));
    assertEquals(6, test.fleet.scripts().size());
    client.cancelCommand(r -> r.commandId(commands.get(6)));
    test.fleet.scripts().get(1).end().complete(printed(""));
    assertEquals(6, test.fleet.scripts().size(), "the cancelled one never runs");
    client.cancelCommand(r -> r.commandId(commands.get(2)));
    String later = send();
    test.clock.advance(Duration.ofMillis(200));
    assertEquals("InProgress", get(later).statusAsString(), "there is room again");
  }

  @ParameterizedTest
  @CsvSource({"{{ssm:/x}}", "a{{b"})
  void refusesAValueThatTheAgentWouldResolve(String value) {
    assertThrows(
        InvalidParametersException.class,
        () ->
            client.sendCommand(
                r ->
                    r.documentName(NAME)
                        .instanceIds(instance)
                        .parameters(Map.of("Value", List.of(value)))));
  }

  @ParameterizedTest
  @CsvSource({"'^[a-z]{0,2000}$'", "'^(?!x).*$'"})
  void refusesADocumentThatTheAgentCannotRead(String pattern) {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Documents(Map.of(NAME, DOCUMENT.formatted(pattern, "60"))));
    assertTrue(
        refused.getMessage().startsWith("document table: parameters.Value.allowedPattern: "),
        refused::getMessage);
  }
}
