package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import cryptorobot.deployer.failure.DeploymentFailure.StepTimedOut;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.CommandState;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs that Systems Manager may return for a step and that are not its one line of JSON. */
class HostileAnswersTest {

  private static final String GOOD =
      "{\"release\":\"20261123T061500Z-1a2b3c4\",\"revision\":\"1a2b\",\"subject\":\"x\"}";

  private final FakeHostCommands commands = new FakeHostCommands();

  private DeploymentFailure failure(CommandState answer) {
    commands.answer(answer);
    RunDeployStep function =
        new RunDeployStep(
            Steps.of(commands),
            () -> {
              throw new AssertionError("Step Functions was called");
            });
    String input =
        """
        {"step": "fetch", "phase": 3, "attempt": 0, "host": %s,
         "settings": {"RepositoryUrl": "https://h/r", "Branch": "main"}}"""
            .formatted(Steps.HOST_JSON);
    DeploymentFailure failed =
        assertThrows(DeploymentFailure.class, () -> Steps.call(function, input));
    assertEquals(0, failed.getStackTrace().length, "the failure has a stack trace");
    assertTrue(failed.getMessage().contains("fetch"), failed::getMessage);
    Refusal.isReadable(failed.getMessage().replace('\n', ' '));
    return failed;
  }

  static Stream<String> noResults() {
    return Stream.of(
            Stream.of(
                "",
                "\n\n",
                "null",
                "true",
                "7",
                "\"text\"",
                "[]",
                "[" + GOOD + "]",
                GOOD + GOOD,
                GOOD + "\ndone",
                GOOD + "\n" + GOOD.substring(0, 30),
                GOOD.replace('"', '\''),
                GOOD.replace("\"subject\"", "\"release\""),
                GOOD + "\n[]",
                "\ufeff" + GOOD,
                "\u0000" + GOOD,
                GOOD.replace("}", ",}"),
                GOOD.replace("\"x\"", "NaN"),
                "{\"a\":".repeat(3_900) + "1" + "}".repeat(3_900)),
            HostileTexts.cut(GOOD, 25).stream().filter(text -> text.length() > 2),
            HostileTexts.all("stdout").stream())
        .flatMap(texts -> texts)
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("noResults")
  @Hostile("outputs of a step that succeeded")
  void isNotAResult(String output) {
    DeploymentFailure failed = failure(new CommandState.Ended(0, output, "log of the step"));
    assertEquals(StepFailed.class, failed.getClass());
    assertTrue(failed.getMessage().contains("is not a JSON object"), failed::getMessage);
    assertTrue(failed.getMessage().contains("log of the step"), failed::getMessage);
  }

  static Stream<Arguments> failures() {
    Stream<Arguments> codes =
        IntStream.of(-1, 2, 9, 64, 99, 100, 126, 127, 130, 137, 143, 194, 255, 1000)
            .mapToObj(
                code ->
                    Arguments.of(
                        code, "{\"failure\":\"Unknown%d\",\"message\":\"m\"}".formatted(code)));
    Stream<Arguments> words =
        Stream.of(
                "",
                "{}",
                "[]",
                "{\"message\":7}",
                "{\"message\":{\"a\":1}}",
                "{\"message\":null}",
                "{\"failure\":\"java.lang.Error\"}",
                "{\"failure\":\"../x\",\"message\":\"\"}",
                "{\"failure\":\"RolledBack\",\"message\":\"" + "x".repeat(20_000) + "\"}",
                "KeyError: 'a'")
            .map(output -> Arguments.of(1, output));
    Stream<Arguments> tricks =
        HostileTexts.all("stderr").stream()
            .map(text -> Arguments.of(1, Json.object().put("message", text).toString()));
    return Stream.of(codes, words, tricks).flatMap(cases -> cases);
  }

  @ParameterizedTest
  @MethodSource("failures")
  @Hostile("outputs of a step that failed")
  void isAStepThatFailed(int code, String output) {
    assertEquals(StepFailed.class, failure(new CommandState.Ended(code, output, "")).getClass());
  }

  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of(new CommandState.Undelivered("DeliveryTimedOut"), HostUnreachable.class),
        Arguments.of(new CommandState.Undelivered("\u001b[31m"), HostUnreachable.class),
        Arguments.of(new CommandState.Lost(), HostUnreachable.class),
        Arguments.of(
            new CommandState.TimedOut("ExecutionTimedOut", Optional.empty()), StepTimedOut.class),
        Arguments.of(new CommandState.Stopped("Cancelled"), StepFailed.class),
        Arguments.of(new CommandState.Stopped("x".repeat(50_000)), StepFailed.class));
  }

  @ParameterizedTest
  @MethodSource("states")
  @Hostile("ends of a command that the service caused")
  void hasTheNameOfItsCause(CommandState state, Class<?> failure) {
    assertEquals(failure, failure(state).getClass());
  }
}
