package cryptorobot.localcloud.iam;

import java.util.Map;
import java.util.Optional;

/** The properties of the account's resources that a decision needs. */
public interface ResourceLookup {
  /** The ARN of a secret by its name or ARN; empty if the secret does not exist. */
  Optional<String> secretArn(String nameOrArn);

  /** The tags of an instance; empty if the instance does not exist. */
  Map<String, String> instanceTags(String instanceId);
}
