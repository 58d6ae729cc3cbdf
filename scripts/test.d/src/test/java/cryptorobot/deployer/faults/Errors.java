package cryptorobot.deployer.faults;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.localcloud.stepfunctions.asl.Catcher;
import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import cryptorobot.localcloud.stepfunctions.asl.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The errors a task may end with, and how the definition handles them. */
final class Errors {
  private static final List<String> OF_LAMBDA =
      List.of(
          "Lambda.ServiceException",
          "Lambda.AWSLambdaException",
          "Lambda.SdkClientException",
          "Lambda.TooManyRequestsException",
          "Lambda.ClientExecutionTimeoutException",
          "Lambda.Unknown",
          "Runtime.ExitError",
          "Sandbox.Timedout",
          "States.Timeout");

  private Errors() {}

  /** Every class of the sealed family, and the errors of Lambda and of the engine. */
  static List<String> all() {
    return Stream.concat(
            Stream.of(DeploymentFailure.class.getPermittedSubclasses()).map(Class::getName),
            OF_LAMBDA.stream())
        .toList();
  }

  /** One error of each kind that the state distinguishes. */
  static List<String> kinds(State.Task task) {
    var kinds = new LinkedHashMap<Object, String>();
    for (var error : all()) {
      kinds.putIfAbsent(List.of(retrier(task, error), catcher(task, error)), error);
    }
    return List.copyOf(kinds.values());
  }

  static Optional<Retrier> retrier(State.Task task, String error) {
    return task.recovery().retriers().stream()
        .filter(retrier -> retrier.errorEquals().contains(error))
        .findFirst();
  }

  static Catcher catcher(State.Task task, String error) {
    return task.recovery().catchers().stream()
        .filter(
            catcher ->
                catcher.errorEquals().contains(error)
                    || catcher.errorEquals().contains("States.ALL"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(task.name() + " does not catch " + error));
  }

  /** How often an error may come: once, twice, until the last attempt, at every attempt. */
  static List<Integer> times(State.Task task, String error) {
    return retrier(task, error)
        .map(retrier -> (int) retrier.maxAttempts())
        .map(most -> Stream.of(1, 2, most, most + 1).distinct().sorted().toList())
        .orElse(List.of(1));
  }
}
