package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

/**
 * The instance that a step acts on, and the lock that permits it.
 *
 * @param execution the ARN of the execution, which is the owner of the lock
 * @param generation of the lock; 0 before it is acquired and for steps that only read
 * @param applicationPath the folder of the application on the instance
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
