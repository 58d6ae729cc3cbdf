package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.localcloud.stepfunctions.asl.Flow;
import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import cryptorobot.localcloud.stepfunctions.asl.State;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import cryptorobot.localcloud.stepfunctions.asl.TaskResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the retries and catches of every task. */
class RecoveryRulesTest {
  private static final String FAILURES = "cryptorobot.deployer.failure.DeploymentFailure$";

  /** The longest time that a function polls before it throws StepRunning, in seconds. */
  private static final int POLL = 50;

  /** The longest time that a command may wait for its delivery to the host, in seconds. */
  private static final int DELIVERY = 60;

  private static final Set<String> WORTH_ANOTHER_TRY =
      Set.of(
          "StepRunning",
          "InstanceNotReady",
          "InstanceStopping",
          "HostUnreachable",
          "AwsUnavailable",
          "CapacityUnavailable",
          "Locked");

  @ParameterizedTest
  @ValueSource(
      strings = {"deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml"})
  void everyTaskIsBoundedAndCatchesWhatIsLeft(String file) throws Exception {
    for (var task : tasks(file)) {
      assertTrue(task.timeoutSeconds().isPresent(), task.name() + " may run without a limit");
      assertTrue(
          task.recovery().catchers().stream()
              .anyMatch(catcher -> catcher.errorEquals().contains("States.ALL")),
          task.name() + " lets a failure end the execution without a report");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml"})
  void everyTaskRetriesWhatAwsRecommendsForLambda(String file) throws Exception {
    for (var task : tasks(file)) {
      // A deploy that a migration starts is no function. The deploy has such retries itself.
      if (task.resource().kind() == TaskResource.Kind.START_EXECUTION) {
        continue;
      }
      var retried = names(task);
      assertTrue(
          retried.containsAll(
              List.of(
                  "Lambda.ClientExecutionTimeoutException",
                  "Lambda.ServiceException",
                  "Lambda.AWSLambdaException",
                  "Lambda.SdkClientException",
                  "Lambda.TooManyRequestsException")),
          task.name() + " retries only " + retried);
      assertFalse(retried.contains("States.ALL"), task.name() + " retries every error");
      assertFalse(retried.contains("States.TaskFailed"), task.name() + " retries any failure");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml"})
  void onlyTransientFailuresAreRetried(String file) throws Exception {
    for (var task : tasks(file)) {
      names(task).stream()
          .filter(name -> name.startsWith(FAILURES))
          .map(name -> name.substring(FAILURES.length()))
          .forEach(
              name ->
                  assertTrue(WORTH_ANOTHER_TRY.contains(name), task.name() + " retries " + name));
    }
  }

  @Test
  void everyErrorNameIsAFailureClass() throws Exception {
    var classes =
        Stream.of(DeploymentFailure.class.getPermittedSubclasses())
            .map(Class::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    var named = new TreeSet<String>();
    for (var file :
        List.of("deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml")) {
      for (var task : tasks(file)) {
        named.addAll(names(task));
        task.recovery().catchers().forEach(catcher -> named.addAll(catcher.errorEquals()));
      }
    }
    named.removeIf(name -> !name.startsWith(FAILURES));
    assertTrue(
        classes.containsAll(named),
        "no such class: " + named.stream().filter(n -> !classes.contains(n)).toList());
    for (var name : WORTH_ANOTHER_TRY) {
      assertTrue(named.contains(FAILURES + name), name + " is retryable but is not retried");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml"})
  void waitsForAStepAsLongAsItsDocumentAllows(String file) throws Exception {
    for (var task : tasks(file)) {
      var step = step(task);
      if (step.isEmpty()) {
        continue;
      }
      var attempts =
          task.recovery().retriers().stream()
              .filter(retrier -> retrier.errorEquals().contains(FAILURES + "StepRunning"))
              .mapToLong(Retrier::maxAttempts)
              .sum();
      var needed = DELIVERY + executionTimeout(step);
      assertTrue(
          attempts * POLL >= needed,
          "%s gives up after %d s, its document may take %d s"
              .formatted(task.name(), attempts * POLL, needed));
    }
  }

  /** One rule for all, because a definition cannot name a retrier. */
  @Test
  void everyTransientErrorIsRetriedInTheSameWay() throws Exception {
    var retriers = new TreeSet<String>();
    for (var file :
        List.of("deploy.asl.yaml", "power.asl.yaml", "watch.asl.yaml", "migrate.asl.yaml")) {
      for (var task : tasks(file)) {
        task.recovery().retriers().stream()
            .filter(retrier -> retrier.errorEquals().stream().anyMatch(name -> name.contains(".")))
            .filter(retrier -> isAnyOf(retrier, "Lambda.", "Sandbox.", "States."))
            .map(retrier -> retrier.toString())
            .forEach(retriers::add);
      }
    }
    assertTrue(retriers.size() <= 3, () -> "different retriers:\n" + String.join("\n", retriers));
  }

  private static boolean isAnyOf(Retrier retrier, String... prefixes) {
    return Stream.of(prefixes)
        .anyMatch(
            prefix -> retrier.errorEquals().stream().anyMatch(name -> name.startsWith(prefix)));
  }

  private static String step(State.Task task) {
    var payload = task.arguments().at("/Payload");
    if (payload.has("step")) {
      return payload.get("step").asText();
    }
    return switch (task.arguments().path("FunctionName").asText()) {
      case "${InjectKeysFunction}" -> "inject-keys";
      case "${ValidateCertificateFunction}" -> "validate-certificate";
      case "${CheckHealthFunction}" -> "check-health";
      default -> "";
    };
  }

  private static int executionTimeout(String step) throws IOException {
    try (var document =
        RecoveryRulesTest.class.getResourceAsStream("/documents/" + step + ".json")) {
      JsonNode json = new ObjectMapper().readTree(document);
      return Integer.parseInt(json.at("/mainSteps/0/inputs/timeoutSeconds").asText());
    }
  }

  private static List<String> names(State.Task task) {
    return task.recovery().retriers().stream().flatMap(r -> r.errorEquals().stream()).toList();
  }

  private static List<State.Task> tasks(String file) throws Exception {
    var tasks =
        states(StateMachineParser.parse(Files.readString(Path.of(file))).flow())
            .filter(State.Task.class::isInstance)
            .map(State.Task.class::cast)
            .toList();
    assertTrue(tasks.size() > 4, "found too few tasks in " + file);
    return tasks;
  }

  private static Stream<State> states(Flow flow) {
    return flow.states().values().stream()
        .flatMap(
            state ->
                switch (state) {
                  case State.Parallel parallel ->
                      Stream.concat(
                          Stream.of(state), parallel.branches().stream().flatMap(f -> states(f)));
                  case State.Map map -> Stream.concat(Stream.of(state), states(map.processor()));
                  case State.Task _,
                      State.Choice _,
                      State.Wait _,
                      State.Pass _,
                      State.Succeed _,
                      State.Fail _ ->
                      Stream.of(state);
                });
  }
}
