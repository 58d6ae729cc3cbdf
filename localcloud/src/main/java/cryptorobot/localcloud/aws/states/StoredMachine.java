package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.stepfunctions.asl.StateMachine;
import java.time.Instant;
import java.util.Objects;

/**
 * A state machine of the account.
 *
 * @param text the definition as given
 */
record StoredMachine(
    String name,
    String arn,
    String text,
    StateMachine definition,
    String roleArn,
    Instant createdAt,
    Instant updatedAt,
    String revisionId) {
  StoredMachine {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(arn, "arn is null");
    Objects.requireNonNull(text, "text is null");
    Objects.requireNonNull(definition, "definition is null");
    Objects.requireNonNull(roleArn, "roleArn is null");
  }
}
