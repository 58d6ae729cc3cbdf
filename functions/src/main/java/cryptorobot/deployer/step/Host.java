package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

/**
 * The instance a step acts on and the right to do so.
 *
 * @param execution the ARN of the execution, which owns the lock under that name
 * @param generation of the lock; 0 before it is acquired and where nothing is changed
 * @param applicationPath the folder on the instance that holds everything of the application
 */
record Host(
    String instanceId,
    String execution,
    int generation,
    String environment,
    String applicationPath) {

  Host {
    requireNonNull(instanceId, "instanceId is null");
    requireNonNull(execution, "execution is null");
    requireNonNull(environment, "environment is null");
    requireNonNull(applicationPath, "applicationPath is null");
    if (generation < 0) {
      throw new IllegalArgumentException("generation is negative");
    }
  }

  /** The execution's name: the last part of its ARN. */
  String executionName() {
    return execution.substring(execution.lastIndexOf(':') + 1);
  }
}
