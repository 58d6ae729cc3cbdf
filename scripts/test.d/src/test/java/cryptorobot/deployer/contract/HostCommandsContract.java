package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidParameter;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the deployer relies on in Run Command. */
abstract class HostCommandsContract {
  private final String comment = Preparation.fresh("run") + "/scripted/1";
  private Target target;
  private HostCommands commands;
  private String instance;

  abstract Target target();

  @BeforeEach
  void connect() {
    target = target();
    commands = target.adapters(Principal.OPERATOR).hostCommands();
    instance = target.instance(Preparation.fresh("environment"));
  }

  @ParameterizedTest
  @CsvSource({"0, {\"a\":1}, log", "34, {\"failure\":\"repositoryunreachable\"}, why", "1, '', ''"})
  void reportsTheExitCodeAndBothOutputsOfAScript(int code, String output, String errors) {
    target.requires(Ability.RUNS_SCRIPTS);
    String id = commands.send(commandThatEnds(String.valueOf(code), output, errors));
    assertEquals(new CommandState.Ended(code, output, errors), end(id));
  }

  @Test
  void reportsTheSuccessOfACommand() {
    assertEquals(
        0,
        assertInstanceOf(CommandState.Ended.class, end(commands.send(goodCommand()))).exitCode());
  }

  @Test
  void reportsNothingUntilTheCommandEnds() {
    target.requires(Ability.RUNS_SCRIPTS);
    String id = commands.send(goodCommand());
    assertEquals(
        new CommandState.Running(),
        commands.state(id, instance),
        "found before it could have ended");
  }

  @Test
  void reportsAMissingInvocationAsNotYetDelivered() {
    target.requires(Ability.REPORTS_MISSING_INVOCATIONS);
    String id = commands.send(goodCommand());
    end(id);
    String other = target.instance(Preparation.fresh("environment"));
    assertEquals(new CommandState.Running(), commands.state(id, other));
  }

  @Test
  void reportsAScriptThatExceededItsTimeout() {
    target.requires(Ability.RUNS_SCRIPTS);
    String id = commands.send(commandThatEnds("timeout", "x", ""));
    assertInstanceOf(CommandState.TimedOut.class, end(id));
  }

  @Test
  void reportsACommandThatWasNeverDelivered() {
    target.requires(Ability.SILENCES_AGENTS);
    target.silence(instance);
    String id = commands.send(goodCommand());
    target.pass(Duration.ofSeconds(61));
    assertInstanceOf(CommandState.Undelivered.class, end(id));
  }

  @Test
  void findsACommandByItsComment() {
    var before = target.now().minusSeconds(5);
    assertEquals(Optional.empty(), commands.find(instance, comment, before));
    String id = commands.send(goodCommand());
    assertEquals(
        Optional.of(id),
        target.eventually(() -> commands.find(instance, comment, before), Optional::isPresent));
    assertEquals(Optional.empty(), commands.find(instance, comment + ".1", before));
    String other = target.instance(Preparation.fresh("environment"));
    assertEquals(Optional.empty(), commands.find(other, comment, before));
  }

  @Test
  void findsTheNewestOfTwoWithOneComment() {
    var before = target.now().minusSeconds(5);
    String first = commands.send(goodCommand());
    target.pass(Duration.ofSeconds(2));
    String second = commands.send(goodCommand());
    assertNotEquals(first, second);
    target.eventually(() -> commands.find(instance, comment, before), Optional.of(second)::equals);
  }

  @Test
  void reportsAMissingDocument() {
    target.requires(Ability.CHECKS_COMMANDS);
    var failure =
        assertThrows(
            StepFailed.class,
            () -> commands.send(new HostCommand("contract-none", instance, comment, Map.of())));
    assertTrue(failure.getMessage().contains("contract-none"), failure::getMessage);
  }

  @ParameterizedTest
  @CsvSource({"Code, ; rm -rf /", "Code, ''", "Unknown, x"})
  void reportsAParameterThatIsNotAllowed(String name, String value) {
    target.requires(Ability.CHECKS_COMMANDS);
    var parameters = new java.util.HashMap<>(goodCommand().parameters());
    parameters.put(name, value);
    assertThrows(
        InvalidParameter.class,
        () -> commands.send(new HostCommand(target.document(), instance, comment, parameters)));
  }

  @Test
  void reportsParametersThatAreTooLarge() {
    target.requires(Ability.CHECKS_COMMANDS);
    HostCommand large = commandThatEnds("0", "a".repeat(65_536), "");
    assertThrows(InvalidParameter.class, () -> commands.send(large));
  }

  @Test
  void reportsAnAgentThatIsNotRegistered() {
    target.requires(Ability.CHECKS_COMMANDS);
    String withoutAgent = target.instanceWithoutAgent(Preparation.fresh("environment"));
    assertThrows(
        HostUnreachable.class,
        () ->
            commands.send(
                new HostCommand(
                    target.document(), withoutAgent, comment, goodCommand().parameters())));
  }

  @Test
  void reportsAMissingRight() {
    target.requires(Ability.DENIES);
    HostCommands unprivileged = target.adapters(Principal.UNPRIVILEGED).hostCommands();
    assertThrows(AccessDenied.class, () -> unprivileged.send(goodCommand()));
    assertThrows(AccessDenied.class, () -> unprivileged.find(instance, comment, target.now()));
    assertThrows(
        AccessDenied.class, () -> unprivileged.state(UUID.randomUUID().toString(), instance));
  }

  @Test
  void reportsThrottling() {
    target.requires(Ability.THROTTLES);
    HostCommands throttled = target.adapters(Principal.THROTTLED).hostCommands();
    assertThrows(AwsUnavailable.class, () -> throttled.send(goodCommand()));
    assertThrows(AwsUnavailable.class, () -> throttled.state("c", instance));
  }

  private HostCommand goodCommand() {
    return commandThatEnds("0", "{}", "");
  }

  private HostCommand commandThatEnds(String code, String output, String errors) {
    return new HostCommand(
        target.document(),
        instance,
        comment,
        Map.of("Code", code, "Output", output, "Errors", errors));
  }

  private CommandState end(String id) {
    return target.eventually(
        () -> commands.state(id, instance), state -> !(state instanceof CommandState.Running));
  }
}
