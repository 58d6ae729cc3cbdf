package cryptorobot.localcloud.iam;

import java.util.Map;
import java.util.Optional;

/** What a decision needs to know of the account's things. */
public interface ResourceLookup {
  /** The ARN of a secret by its name or ARN; empty when there is none. */
  Optional<String> secretArn(String nameOrArn);

  /** The tags of an instance; none when there is no such instance. */
  Map<String, String> instanceTags(String instanceId);
}
