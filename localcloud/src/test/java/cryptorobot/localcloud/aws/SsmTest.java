package cryptorobot.localcloud.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.machines.CommandEnd;
import cryptorobot.localcloud.machines.MachineState;
import cryptorobot.localcloud.machines.ProcessRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.CommandFilter;
import software.amazon.awssdk.services.ssm.model.CommandFilterKey;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InstanceInformationStringFilter;
import software.amazon.awssdk.services.ssm.model.InvalidDocumentException;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.PingStatus;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SsmException;

final class SsmTest {
  private static final String NAME = "crypto-robot-fetch-0123456789ab";
  private static final String DOCUMENT =
      """
      {"schemaVersion": "2.2", "description": "a test", "parameters": {
        "Branch": {"type": "String", "allowedPattern": "^[a-z/-]+$", "interpolationType": "ENV_VAR"},
        "Mode": {"type": "String", "default": "live", "allowedPattern": "^[a-z]*$", "interpolationType": "ENV_VAR"}},
       "mainSteps": [{"name": "fetch", "action": "aws:runShellScript", "inputs": {
        "timeoutSeconds": "600", "runCommand": ["#!/usr/bin/env bash", "echo \\"$SSM_Branch\\""]}}]}
      """;

  @TempDir Path state;
  private TestCloud test;
  private SsmClient client;
  private String instance;

  @BeforeEach
  void start() throws Exception {
    test = new TestCloud(state, new ManualClock(), Map.of(NAME, DOCUMENT), Map.of());
    client = test.client(SsmClient.builder());
    instance = test.fleet.online("crypto-robot.local").instanceId();
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @Test
  void startsWithStoredCommandsWhoseDocumentTheAgentCannotRead() throws Exception {
    String command = send();
    test.close();
    try (var files = Files.list(state.resolve("commands"))) {
      for (Path file : files.toList()) {
        String stored = Files.readString(file);
        assertTrue(stored.contains("^[a-z/-]+$"), stored);
        Files.writeString(file, stored.replace("^[a-z/-]+$", "^[a-z/-]{0,2000}$"));
      }
    }

    start();
    test.clock.advance(Duration.ofSeconds(1));

    assertEquals(
        command, client.listCommands(r -> r.commandId(command)).commands().getFirst().commandId());
  }

  private SendCommandRequest.Builder request() {
    return SendCommandRequest.builder()
        .documentName(NAME)
        .instanceIds(instance)
        .timeoutSeconds(60)
        .comment("run-1/fetch/2")
        .parameters(Map.of("Branch", List.of("main")));
  }

  private String send() {
    return client.sendCommand(request().build()).command().commandId();
  }

  private GetCommandInvocationResponse get(String command) {
    return client.getCommandInvocation(r -> r.commandId(command).instanceId(instance));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void runsTheScriptOfTheDocumentAsTheAgentDoes() {
    test.fleet.scriptsEnd(_ -> Optional.of(FakeFleet.end(0, "{\"a\":1}\n", "log\n")));
    String command = send();
    test.clock.advance(millis(100));

    var result = get(command);
    assertEquals(CommandInvocationStatus.SUCCESS, result.status());
    assertEquals(0, result.responseCode());
    assertEquals("{\"a\":1}\n", result.standardOutputContent());
    assertEquals("log\n", result.standardErrorContent());
    assertEquals("run-1/fetch/2", result.comment());

    var write = test.fleet.given().getFirst().command();
    assertEquals(
        "#!/usr/bin/env bash\necho \"$SSM_Branch\"\n",
        new String(write.stdin().orElseThrow(), StandardCharsets.UTF_8),
        "the file holds the document's lines");
    ProcessRequest script = test.fleet.scripts().getFirst().command();
    assertEquals("/bin/sh", script.argv().get(0));
    assertTrue(script.argv().getLast().endsWith("/fetch/_script.sh"), script.argv().toString());
    Map<String, String> environment = new TreeMap<>(script.environment());
    List.of("INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID").forEach(environment::remove);
    assertEquals(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "LANG", "C.UTF-8",
            "SSM_Branch", "main",
            "SSM_Mode", "live",
            "SSM_COMMAND_ID", command,
            "AWS_SSM_INSTANCE_ID", instance,
            "AWS_SSM_REGION_NAME", "eu-west-1",
            "AWS_SSM_PLATFORM_NAME", "Debian GNU/Linux",
            "AWS_SSM_PLATFORM_VERSION", "12"),
        environment,
        "only the agent's environment and the parameters, including defaults; no HOME");
    assertEquals(Duration.ofSeconds(600), script.timeout());
  }

  @Test
  void doesNotFindACommandRightAfterItWasSent() {
    String command = send();
    assertThrows(InvocationDoesNotExistException.class, () -> get(command));
    test.clock.advance(millis(100));
    assertEquals(CommandInvocationStatus.SUCCESS, get(command).status());
    assertTrue(client.listCommands().commands().isEmpty(), "lists are updated even later");
    test.clock.advance(millis(60));
    assertEquals(command, client.listCommands().commands().getFirst().commandId());
  }

  @Test
  void showsNoOutputAndNoExitCodeWhileTheScriptRuns() {
    test.fleet.scriptsEnd(_ -> Optional.empty());
    String command = send();
    test.clock.advance(millis(100));

    var running = get(command);
    assertEquals(CommandInvocationStatus.IN_PROGRESS, running.status());
    assertEquals(-1, running.responseCode());
    assertEquals("", running.standardOutputContent());

    test.fleet.scripts().getFirst().end().complete(FakeFleet.end(34, "x", ""));
    assertEquals(CommandInvocationStatus.FAILED, get(command).status());
    assertEquals(34, get(command).responseCode());
  }

  @Test
  void refusesParametersThatTheDocumentDoesNotAllow() {
    for (var parameters :
        List.of(
            Map.of("Branch", List.of("; rm -rf /")),
            Map.of("Branch", List.of("main\n")),
            Map.of("Branch", List.of("main"), "Unknown", List.of("x")),
            Map.of("Mode", List.of("live")),
            Map.of("Branch", List.of("main", "other")))) {
      assertThrows(
          InvalidParametersException.class,
          () -> client.sendCommand(request().parameters(parameters).build()),
          parameters.toString());
    }
    test.clock.advance(millis(500));
    assertTrue(test.fleet.given().isEmpty(), "nothing reached the instance");
    assertTrue(client.listCommands().commands().isEmpty(), "no command exists");
  }

  @Test
  void refusesAnUnknownDocumentAndACommentThatIsTooLong() {
    assertThrows(
        InvalidDocumentException.class,
        () -> client.sendCommand(request().documentName("AWS-RunShellScript").build()));
    var error =
        assertThrows(
            SsmException.class,
            () -> client.sendCommand(request().comment("c".repeat(101)).build()));
    assertEquals("ValidationException", error.awsErrorDetails().errorCode());
  }

  @Test
  void namesTheOperationOrFieldThatIsNotImplemented() {
    var field =
        assertThrows(
            SsmException.class,
            () -> client.sendCommand(request().outputS3BucketName("logs").build()));
    assertTrue(field.getMessage().contains("OutputS3BucketName"), field.getMessage());
    var operation = assertThrows(SsmException.class, () -> client.listAssociations());
    assertEquals("UnknownOperationException", operation.awsErrorDetails().errorCode());
    assertTrue(operation.getMessage().contains("ListAssociations"), operation.getMessage());
  }

  @Test
  void refusesAnInstanceWhoseAgentHasNotPinged() {
    String fresh = test.fleet.create("fresh").instanceId();
    test.fleet.set(fresh, MachineState.RUNNING, Optional.empty());
    assertThrows(
        InvalidInstanceIdException.class,
        () -> client.sendCommand(request().instanceIds(fresh).build()));
    assertTrue(
        client.describeInstanceInformation().instanceInformationList().stream()
            .noneMatch(agent -> agent.instanceId().equals(fresh)),
        "it is not registered");
  }

  @Test
  void reportsAStoppedInstanceAsOnlineForSomeTime() {
    assertEquals(PingStatus.ONLINE, ping());
    test.fleet.set(instance, MachineState.STOPPED, Optional.empty());

    assertEquals(PingStatus.ONLINE, ping(), "stale, as on AWS");
    assertThrows(InvalidInstanceIdException.class, () -> send());
    test.clock.advance(Duration.ofSeconds(21));
    assertEquals(PingStatus.CONNECTION_LOST, ping());
  }

  private PingStatus ping() {
    return client
        .describeInstanceInformation(
            r ->
                r.filters(
                    InstanceInformationStringFilter.builder()
                        .key("InstanceIds")
                        .values(instance)
                        .build()))
        .instanceInformationList()
        .getFirst()
        .pingStatus();
  }

  @Test
  void endsDeliveryWhenTheAgentStaysOffline() {
    client.describeInstanceInformation();
    test.fleet.set(instance, MachineState.RUNNING, Optional.empty());
    String command = send();
    test.clock.advance(Duration.ofSeconds(30));
    assertEquals(CommandInvocationStatus.DELAYED, get(command).status());

    test.clock.advance(Duration.ofSeconds(31));
    assertEquals(CommandInvocationStatus.TIMED_OUT, get(command).status());
    assertEquals("DeliveryTimedOut", get(command).statusDetails());
    assertEquals(-1, get(command).responseCode());
    assertTrue(test.fleet.given().isEmpty(), "it never ran");
  }

  @Test
  void deliversWhenTheAgentComesBackInTime() {
    client.describeInstanceInformation();
    test.fleet.set(instance, MachineState.RUNNING, Optional.empty());
    String command = send();
    test.clock.advance(Duration.ofSeconds(30));
    test.fleet.set(instance, MachineState.RUNNING, Optional.of(test.clock.now()));
    test.clock.advance(Duration.ofSeconds(1));
    assertEquals(CommandInvocationStatus.SUCCESS, get(command).status());
  }

  @Test
  void distinguishesAnExecutionTimeoutFromADeliveryTimeout() {
    test.fleet.scriptsEnd(_ -> Optional.of(new CommandEnd(137, "so far", "", true, false)));
    String command = send();
    test.clock.advance(millis(100));
    assertEquals("ExecutionTimedOut", get(command).statusDetails());
    assertEquals("so far", get(command).standardOutputContent());
  }

  @Test
  void keepsACommandOfALostInstanceInProgressUntilItExpires() {
    test.fleet.scriptsEnd(_ -> Optional.of(new CommandEnd(137, "", "", false, true)));
    String command = send();
    test.clock.advance(Duration.ofSeconds(600));
    assertEquals(CommandInvocationStatus.IN_PROGRESS, get(command).status());

    test.clock.advance(Duration.ofSeconds(60));
    assertEquals("DeliveryTimedOut", get(command).statusDetails());
    assertEquals(1, test.fleet.scripts().size(), "although the script did run");
  }

  @Test
  void rebootsAndRunsAgainOnExitCode194() {
    test.fleet.scriptsEnd(
        _ -> Optional.of(FakeFleet.end(test.fleet.scripts().size() == 1 ? 194 : 0, "", "")));
    String command = send();
    test.clock.advance(Duration.ofSeconds(1));
    assertEquals(CommandInvocationStatus.IN_PROGRESS, get(command).status());
    assertEquals(MachineState.STOPPING, test.fleet.machines().getFirst().state());

    test.fleet.set(instance, MachineState.STOPPED, Optional.empty());
    test.clock.advance(Duration.ofSeconds(1));
    assertEquals(MachineState.PENDING, test.fleet.machines().getFirst().state());
    test.fleet.set(instance, MachineState.RUNNING, Optional.of(test.clock.now()));
    test.clock.advance(Duration.ofSeconds(1));

    assertEquals(CommandInvocationStatus.SUCCESS, get(command).status());
    assertEquals(2, test.fleet.scripts().size(), "the script ran twice");
  }

  @Test
  void cancelsARunningCommand() {
    test.fleet.scriptsEnd(_ -> Optional.empty());
    String command = send();
    test.clock.advance(millis(100));
    client.cancelCommand(r -> r.commandId(command));

    assertEquals(CommandInvocationStatus.CANCELLED, get(command).status());
    assertEquals(137, get(command).responseCode());
    assertEquals(1, test.fleet.cancelled().size(), "the process was killed");
  }

  @Test
  void neverRunsACommandThatWasCancelledBeforeItWasDelivered() {
    String command = send();
    client.cancelCommand(r -> r.commandId(command));
    test.clock.advance(Duration.ofSeconds(1));
    assertTrue(test.fleet.given().isEmpty(), "it ran although it was cancelled");
  }

  @Test
  void findsItsOwnCommandAmongOthers() {
    String mine = send();
    test.clock.advance(Duration.ofSeconds(1));
    String after = test.clock.now().minusSeconds(5).toString();
    client.sendCommand(request().comment("other").build());
    test.clock.advance(Duration.ofSeconds(1));

    var found =
        client
            .listCommands(
                r ->
                    r.instanceId(instance)
                        .filters(
                            CommandFilter.builder()
                                .key(CommandFilterKey.INVOKED_AFTER)
                                .value(after)
                                .build()))
            .commands();
    assertEquals(2, found.size());
    assertEquals("other", found.getFirst().comment(), "newest first");
    assertEquals(mine, found.getLast().commandId());
    assertEquals(List.of("main"), found.getFirst().parameters().get("Branch"));
  }

  @Test
  void keepsCommandsAcrossARestartAndTimesOutThoseThatRan() throws Exception {
    String done = send();
    test.clock.advance(Duration.ofSeconds(1));
    test.fleet.scriptsEnd(_ -> Optional.empty());
    String lost = send();
    test.clock.advance(Duration.ofSeconds(1));
    test.close();

    start();
    test.clock.advance(Duration.ofSeconds(5));
    assertEquals(CommandInvocationStatus.SUCCESS, get(done).status());
    assertEquals("DeliveryTimedOut", get(lost).statusDetails());
  }

  @Test
  void showsItsDocuments() {
    assertEquals(DOCUMENT, client.getDocument(r -> r.name(NAME)).content());
    var document = client.describeDocument(r -> r.name(NAME)).document();
    assertEquals("2.2", document.schemaVersion());
    assertFalse(document.hash().isBlank());
    assertEquals(
        CommandInvocationStatus.SUCCESS,
        pinned(document.hash()).status(),
        "a command pinned to the hash runs");
    assertThrows(InvalidDocumentException.class, () -> pinned("0".repeat(64)));
  }

  private GetCommandInvocationResponse pinned(String hash) {
    String command =
        client
            .sendCommand(request().documentHash(hash).documentHashType("Sha256").build())
            .command()
            .commandId();
    test.clock.advance(Duration.ofSeconds(1));
    return get(command);
  }
}
