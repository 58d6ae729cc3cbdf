package cryptorobot.deployer.local.cloud.sts;

import cryptorobot.deployer.local.cloud.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who stands behind an access key id. Every function and every state machine has a key of its own,
 * so that a call can be held against the role it is made under.
 */
public final class Principals {
  /** The name that all state machines act under. */
  public static final String STATES = "crypto-robot-states";

  private static final String INSTANCE_ROLE = "crypto-robot-instance";
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final Map<String, String> roles = new ConcurrentHashMap<>();

  private final Function<String, Optional<String>> instances;

  /**
   * @param instances whose temporary credentials an access key id belongs to: an instance id
   */
  public Principals(Function<String, Optional<String>> instances) {
    this.instances = instances;
  }

  /** The access key id of a role; the same name always gives the same id. */
  public String accessKeyOf(String role) {
    String id = "ASIA" + base32(role);
    roles.put(id, role);
    return id;
  }

  /** The role that an access key id was issued for; empty for a person's. */
  public Optional<String> role(String accessKeyId) {
    return Optional.ofNullable(roles.get(accessKeyId));
  }

  /** The ARN that GetCallerIdentity tells. */
  public String arn(String accessKeyId) {
    return role(accessKeyId)
        .map(role -> session(role, role))
        .or(() -> instances.apply(accessKeyId).map(id -> session(INSTANCE_ROLE, id)))
        .orElse("arn:aws:iam::" + Account.ID + ":root");
  }

  private static String session(String role, String name) {
    return "arn:aws:sts::" + Account.ID + ":assumed-role/" + role + "/" + name;
  }

  private static String base32(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      StringBuilder id = new StringBuilder();
      for (int i = 0; i < 16; i++) {
        id.append(BASE32.charAt(hash[i] & 31));
      }
      return id.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
