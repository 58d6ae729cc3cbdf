package cryptorobot.localcloud.aws.states;

import java.time.Instant;
import java.util.Objects;

/**
 * The parameters of an execution. The execution uses this definition even if its state machine
 * changes.
 *
 * @param input the text as sent
 */
record Started(
    String arn,
    String name,
    String machineArn,
    String machineName,
    String definition,
    String roleArn,
    String input,
    Instant at) {
  Started {
    Objects.requireNonNull(arn, "arn is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(machineArn, "machineArn is null");
    Objects.requireNonNull(machineName, "machineName is null");
    Objects.requireNonNull(definition, "definition is null");
    Objects.requireNonNull(roleArn, "roleArn is null");
    Objects.requireNonNull(input, "input is null");
    Objects.requireNonNull(at, "at is null");
  }
}
