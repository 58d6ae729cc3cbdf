package cryptorobot.localcloud.aws.states;

import java.time.Instant;
import java.util.Objects;

/**
 * What an execution was started with; it goes on with this definition whatever becomes of its state
 * machine.
 *
 * @param input the text as it was sent
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
