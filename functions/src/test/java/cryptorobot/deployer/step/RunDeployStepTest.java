package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.DependencyFailed;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnfit;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.failure.DeploymentFailure.Locked;
import cryptorobot.deployer.failure.DeploymentFailure.RollBackFailed;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.failure.DeploymentFailure.StepRunning;
import cryptorobot.deployer.failure.DeploymentFailure.StepTimedOut;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.HostCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDeployStepTest {

  private static final String FETCHED = "{\"release\":\"20261123T061500Z-1a2b3c4\"}";
  private static final String OWNER =
      "arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-deploy:other";
  private static final String HELD =
      "{\"acquired\":false,\"owner\":\"%s\",\"generation\":6,\"since\":\"2026-11-23T06:00:00Z\"}"
          .formatted(OWNER);

  private final FakeHostCommands commands = new FakeHostCommands();
  private final FakeWaiting waiting = new FakeWaiting();
  private int attempt;
  private ExecutionState owner = new ExecutionState.Unknown();

  private JsonNode run(String step, int attempt, String settings) {
    Executions executions = _ -> owner;
    String input =
        "{\"step\": \"%s\", \"phase\": 3, \"attempt\": %d, \"host\": %s, \"settings\": %s}"
            .formatted(step, attempt, Steps.HOST_JSON, settings);
    return Steps.call(
        new RunDeployStep(new HostSteps(commands, Steps.DOCUMENTS, waiting), () -> executions),
        input);
  }

  private JsonNode fetch() {
    return run("fetch", 0, "{\"RepositoryUrl\": \"https://h/r\", \"Branch\": \"main\"}");
  }

  private JsonNode acquireLock() {
    return run("acquire-lock", 0, "{\"Lifetime\": \"execution\"}");
  }

  private static ExecutionState finished() {
    return new ExecutionState.Finished("ABORTED", "arn:x:crypto-robot-deploy", "x", "", "", "", "");
  }

  @Test
  void returnsTheLastLineOfTheStepsOutput() {
    commands.prints("the output of a program\n" + FETCHED + "\n");
    assertEquals(FETCHED, fetch().toString());
  }

  @Test
  void sendsExactlyTheParametersTheDocumentDeclares() {
    commands.prints(FETCHED);
    run(
        "fetch",
        0,
        "{\"RepositoryUrl\": \"https://h/r\", \"Branch\": \"main\", \"Port\": \"5000\"}");
    assertEquals("crypto-robot-fetch-0123456789ab", commands.sent().getFirst().document());
    assertEquals(
        Map.of(
            "Owner", Steps.EXECUTION,
            "Generation", "7",
            "Phase", "3",
            "ApplicationPath", "/opt/crypto-robot",
            "Environment", "crypto-robot.local",
            "Program", "ab".repeat(32),
            "RepositoryUrl", "https://h/r",
            "Branch", "main"),
        commands.sent().getFirst().parameters());
  }

  @Test
  void refusesToSendAStepThatLacksASetting() {
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> run("fetch", 0, "{\"Branch\": \"main\"}"));
    assertTrue(refused.getMessage().startsWith("$.settings.RepositoryUrl: "), refused::getMessage);
    assertEquals(List.of(), commands.sent());
  }

  @Test
  void refusesAnUnknownStep() {
    InvalidRequest refused = assertThrows(InvalidRequest.class, () -> run("format-disk", 0, "{}"));
    assertTrue(
        refused.getMessage().contains("acquire-lock, discard-release, fetch"), refused::getMessage);
  }

  @Test
  void waitsForALongStepAndToleratesAnOutageMeanwhile() {
    commands
        .answer(
            new CommandState.Running(),
            new CommandState.Running(),
            new CommandState.Ended(0, FETCHED, ""))
        .throttles(2);
    assertEquals(FETCHED, fetch().toString());
  }

  private static final CommandState LACKS_PROGRAM =
      new CommandState.Ended(22, "{\"failure\":\"ProgramMissing\",\"message\":\"v\"}", "");

  private List<String> comments() {
    return commands.sent().stream().map(HostCommand::comment).toList();
  }

  @Test
  void installsTheProgramOnAHostThatLacksItAndRunsTheStepAgain() {
    commands.answer(LACKS_PROGRAM).prints("{}").prints("{}").prints(FETCHED);
    assertEquals(FETCHED, fetch().toString());
    assertEquals(
        List.of(
            "run-1/fetch/3",
            "run-1/install-1/3.fetch",
            "run-1/install-2/3.fetch",
            "run-1/fetch/3.installed"),
        comments());
    assertEquals(Map.of(), commands.sent().get(1).parameters());
  }

  @Test
  void continuesAnInstallationThatOutlastsTheInvocation() {
    commands.answer(LACKS_PROGRAM).prints("{}").answer(new CommandState.Running());
    assertThrows(StepRunning.class, this::fetch);
    assertThrows(StepRunning.class, this::fetch);
    assertEquals(3, commands.sent().size(), "no part was sent a second time");
    commands.earlier("run-1/install-2/3.fetch", new CommandState.Ended(0, "{}", ""));
    commands.prints(FETCHED);
    assertEquals(FETCHED, fetch().toString());
  }

  @Test
  void installsAgainForAnotherAttempt() {
    commands.earlier("run-1/fetch/3", new CommandState.Ended(34, "", ""));
    commands.answer(LACKS_PROGRAM).prints("{}").prints("{}").prints(FETCHED);
    run("fetch", 2, "{\"RepositoryUrl\": \"https://h/r\", \"Branch\": \"main\"}");
    assertEquals(
        List.of(
            "run-1/fetch/3.2",
            "run-1/install-1/3.fetch-2",
            "run-1/install-2/3.fetch-2",
            "run-1/fetch/3.2-installed"),
        comments());
  }

  @Test
  void failsWhenTheHostCannotInstallTheProgram() {
    commands
        .answer(LACKS_PROGRAM)
        .answer(
            new CommandState.Ended(
                21, "{\"failure\":\"HostUnfit\",\"message\":\"the disk is full\"}", ""));
    HostUnfit failed = assertThrows(HostUnfit.class, this::fetch);
    assertEquals("install-1: the disk is full", failed.getMessage());
  }

  @Test
  void failsWhenTheHostLacksTheProgramAfterItsInstallation() {
    commands.answer(LACKS_PROGRAM).prints("{}").prints("{}").answer(LACKS_PROGRAM);
    HostUnfit failed = assertThrows(HostUnfit.class, this::fetch);
    assertTrue(failed.getMessage().contains("lacks version abab"), failed::getMessage);
  }

  @Test
  void stopsWaitingInTimeAndContinuesInTheNextInvocation() {
    commands.answer(new CommandState.Running());
    assertThrows(StepRunning.class, this::fetch);
    assertThrows(StepRunning.class, this::fetch);
    assertEquals(1, commands.sent().size(), "the step was sent a second time");
  }

  @Test
  void returnsTheAnswerOfTheCommandOfAnEarlierInvocation() {
    commands.earlier("run-1/fetch/3", new CommandState.Ended(0, FETCHED, ""));
    assertEquals(FETCHED, fetch().toString());
    assertEquals(List.of(), commands.sent());
  }

  @Test
  void sendsACommandAgainThatWasNotDelivered() {
    commands
        .earlier("run-1/fetch/3", new CommandState.Undelivered("DeliveryTimedOut"))
        .prints(FETCHED);
    assertEquals(FETCHED, fetch().toString());
  }

  @Test
  void sendsAgainForAnotherAttempt() {
    commands.earlier("run-1/fetch/3", new CommandState.Ended(34, "", "")).prints(FETCHED);
    run("fetch", 2, "{\"RepositoryUrl\": \"https://h/r\", \"Branch\": \"main\"}");
    assertEquals("run-1/fetch/3.2", commands.sent().getFirst().comment());
  }

  @ParameterizedTest
  @ValueSource(strings = {"roll-back", "discard-release"})
  void repeatsARollbackThatWasEndedBeforeItCompleted(String step) {
    commands.answer(new CommandState.Ended(137, "", "")).prints("{\"confirmed\":false}");
    assertEquals("{\"confirmed\":false}", run(step, 0, "{}").toString());
    assertEquals("{\"confirmed\":false}", run(step, 0, "{}").toString());
    assertEquals(2, commands.sent().size(), "both runs are continued, none is sent a third time");
  }

  @Test
  void doesNotRepeatARollbackThatReportsItsFailure() {
    commands.answer(
        new CommandState.Ended(62, "{\"failure\":\"RollBackFailed\",\"message\":\"no\"}", ""));
    assertThrows(RollBackFailed.class, () -> run("roll-back", 0, "{}"));
    assertEquals(1, commands.sent().size());
  }

  @Test
  void failsWithTheMessageThatTheStepReports() {
    commands.answer(
        new CommandState.Ended(
            41,
            "{\"failure\":\"DependencyFailed\",\"message\":\"no flaskk==1.0 anywhere\"}\n",
            ""));
    DependencyFailed failed = assertThrows(DependencyFailed.class, this::fetch);
    assertEquals("fetch: no flaskk==1.0 anywhere", failed.getMessage());
  }

  @Test
  void includesTheEndOfTheLogIfAStepReportsNoMessage() {
    commands.answer(new CommandState.Ended(137, "", "line 1\nKilled"));
    StepFailed failed = assertThrows(StepFailed.class, this::fetch);
    assertTrue(
        failed.getMessage().endsWith("was killed (code 137); the end of its log: line 1\nKilled"),
        failed::getMessage);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 129, 137, 143})
  void distinguishesAKilledStepFromOneThatEnded(int code) {
    commands.answer(new CommandState.Ended(code, "", ""));
    StepFailed failed = assertThrows(StepFailed.class, this::fetch);
    assertEquals("fetch: was killed (code %d)".formatted(code), failed.getMessage());
  }

  @Test
  void distinguishesAKilledStepFromOneThatReachedItsTimeLimit() {
    commands.answer(killedAfter(Duration.ofSeconds(59)));
    StepFailed failed = assertThrows(StepFailed.class, this::fetch);
    assertEquals("fetch was killed after 59 of its 60 seconds (code 137)", failed.getMessage());
    commands.answer(killedAfter(Duration.ofSeconds(60)));
    assertThrows(StepTimedOut.class, () -> run("read-status", 1, "{}"));
  }

  private static CommandState killedAfter(Duration ran) {
    return new CommandState.TimedOut("ExecutionTimedOut", Optional.of(ran));
  }

  @Test
  void repeatsARollbackThatWasKilled() {
    commands.answer(killedAfter(Duration.ofSeconds(1))).prints("{\"confirmed\":false}");
    assertEquals("{\"confirmed\":false}", run("roll-back", 0, "{}").toString());
  }

  @Test
  void sendsACommandAgainThatTheAgentLost() {
    commands.answer(new CommandState.Running(), new CommandState.Lost()).prints(FETCHED);
    HostUnreachable lost = assertThrows(HostUnreachable.class, this::fetch);
    assertTrue(lost.getMessage().contains("its outcome is unknown"), lost::getMessage);
    assertEquals(FETCHED, fetch().toString(), "the retry sends the command again");
    assertEquals(2, commands.sent().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{ssm:/x}}", "a{{b", "{{"})
  void sendsNothingThatTheAgentWouldReplace(String branch) {
    String settings =
        Json.object().put("RepositoryUrl", "https://h/r").put("Branch", branch).toString();
    InvalidRequest refused = assertThrows(InvalidRequest.class, () -> run("fetch", 0, settings));
    assertTrue(refused.getMessage().startsWith("$.settings.Branch: found "), refused::getMessage);
    assertTrue(refused.getMessage().contains("without '{{'"), refused::getMessage);
    assertEquals(List.of(), commands.sent());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 172_801})
  void refusesADocumentWhoseTimeLimitTheAgentWouldReplace(long seconds) {
    Duration timeout = Duration.ofSeconds(seconds);
    assertThrows(IllegalArgumentException.class, () -> new StepDocument("d", timeout, Map.of()));
  }

  @Test
  void refusesASuccessWithoutAResult() {
    commands.prints("done.");
    assertThrows(StepFailed.class, this::fetch);
  }

  @Test
  void detectsTruncatedOutput() {
    for (String output :
        List.of(
            "x".repeat(24_000),
            "{\"a\":\"" + "x".repeat(30_000),
            // The limit is in bytes, not characters, and the rest may look like an answer.
            "ä".repeat(11_980) + "\n" + FETCHED + "--output truncated--",
            "x".repeat(23_900) + "\n{\"a\":1}\n--output truncated--",
            FETCHED + "\n--output truncated--",
            "x".repeat(24_000) + "\n" + FETCHED)) {
      commands.prints(output);
      StepFailed failed = assertThrows(StepFailed.class, () -> run("read-status", ++attempt, "{}"));
      assertTrue(failed.getMessage().contains("its output was truncated"), failed::getMessage);
    }
  }

  @Test
  void keepsTheNameOfAFailureWhoseAnswerWasTruncated() {
    commands.answer(
        new CommandState.Ended(
            41, "{\"failure\":\"DependencyFailed\",\"message\":\"xxx--output truncated--", "why"));
    DependencyFailed failed = assertThrows(DependencyFailed.class, this::fetch);
    assertEquals(
        "fetch: ended with code 41; its output was truncated: it is longer than 24,000 bytes;"
            + " the end of its log: why",
        failed.getMessage());
  }

  @Test
  void distinguishesUndeliveredTimedOutAndStopped() {
    commands.answer(new CommandState.Undelivered("Undeliverable"));
    assertThrows(HostUnreachable.class, this::fetch);
    commands.answer(new CommandState.TimedOut("ExecutionTimedOut", Optional.empty()));
    assertThrows(StepTimedOut.class, () -> run("read-status", 1, "{}"));
    commands.answer(new CommandState.Stopped("Cancelled"));
    assertThrows(StepFailed.class, () -> run("read-status", 2, "{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ActivationFailed",
        "BranchMissing",
        "CertificateUnreadable",
        "DeadManFired",
        "DependencyFailed",
        "HostKeyUnknown",
        "HostUnfit",
        "InvalidParameter",
        "KeysRefused",
        "KeysUnreadable",
        "LockLost",
        "LoginRefused",
        "NameUnresolvable",
        "PythonMissing",
        "ReleaseNotFound",
        "RepositoryIncomplete",
        "RepositoryMissing",
        "RepositoryUnreachable",
        "RequirementsInvalid",
        "RollBackFailed"
      })
  void failsWithTheNameThatTheStepReports(String name) {
    commands.answer(
        new CommandState.Ended(7, "{\"failure\":\"%s\",\"message\":\"why\"}".formatted(name), ""));
    DeploymentFailure failed = assertThrows(DeploymentFailure.class, this::fetch);
    assertEquals(name, failed.getClass().getSimpleName());
    assertEquals("fetch: why", failed.getMessage());
  }

  @Test
  void acquiresAFreeLock() {
    commands.prints("{\"acquired\":true,\"generation\":7,\"stolen\":false}");
    assertEquals(7, acquireLock().get("generation").asInt());
    assertEquals("", commands.sent().getFirst().parameters().get("StealFrom"));
  }

  @Test
  void leavesTheLockToAnOwnerThatIsAlive() {
    owner = new ExecutionState.Alive("RUNNING");
    commands.prints(HELD);
    Locked locked = assertThrows(Locked.class, this::acquireLock);
    assertEquals(
        "crypto-robot.local is locked by " + OWNER + " since 2026-11-23T06:00:00Z",
        locked.getMessage());
  }

  @Test
  void leavesTheLockToAnUnknownOwner() {
    commands.prints(HELD);
    assertInstanceOf(ExecutionState.Unknown.class, owner);
    assertThrows(Locked.class, this::acquireLock);
  }

  @Test
  void takesTheLockFromAnOwnerThatIsProvenToHaveEnded() {
    owner = finished();
    commands.prints(HELD).prints("{\"acquired\":true,\"generation\":7,\"stolen\":true}");
    assertTrue(acquireLock().get("stolen").asBoolean());
    assertEquals("6 " + OWNER, commands.sent().getLast().parameters().get("StealFrom"));
    assertEquals("run-1/acquire-lock/3.steal", commands.sent().getLast().comment());
  }

  @Test
  void isLockedIfAnotherExecutionTookTheLockFirst() {
    owner = finished();
    commands.prints(HELD).prints(HELD.replace("other", "faster"));
    Locked locked = assertThrows(Locked.class, this::acquireLock);
    assertTrue(locked.getMessage().contains(":faster since"), locked::getMessage);
  }

  @Test
  void requestsTheLockAgainInsteadOfTrustingAnOldAnswer() {
    commands
        .earlier("run-1/acquire-lock/3", new CommandState.Ended(0, HELD, ""))
        .prints("{\"acquired\":true,\"generation\":7,\"stolen\":false}");
    assertTrue(acquireLock().get("acquired").asBoolean());
  }
}
