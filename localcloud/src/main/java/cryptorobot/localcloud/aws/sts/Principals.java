package cryptorobot.localcloud.aws.sts;

import cryptorobot.localcloud.aws.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The principal of an access key id. Every function and every role of state machines has its own
 * key, so that each call can be checked against its role.
 */
public final class Principals {
  /** The role of every instance, and the name of its profile. */
  public static final String INSTANCE_ROLE = "crypto-robot-instance";

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  /** A role and the name of its session. */
  private record Session(String role, String name) {}

  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  private final Function<String, Optional<String>> instances;

  /**
   * @param instances maps an access key id of temporary credentials to an instance id
   */
  public Principals(Function<String, Optional<String>> instances) {
    this.instances = instances;
  }

  /** The access key id of a role; the same name always gives the same id. */
  public String accessKeyOf(String role) {
    return known("ASIA" + base32(role), new Session(role, role));
  }

  /** The access key id of a session of a role. */
  public String accessKeyOf(String role, String session) {
    return known("ASIA" + base32(role + "/" + session), new Session(role, session));
  }

  private String known(String id, Session session) {
    sessions.put(id, session);
    return id;
  }

  /**
   * The role that an access key id was issued for; empty for the keys of a person and of an
   * instance.
   */
  public Optional<String> role(String accessKeyId) {
    return Optional.ofNullable(sessions.get(accessKeyId)).map(Session::role);
  }

  /** The ARN that GetCallerIdentity returns. */
  public String arn(String accessKeyId) {
    return Optional.ofNullable(sessions.get(accessKeyId))
        .or(() -> instances.apply(accessKeyId).map(id -> new Session(INSTANCE_ROLE, id)))
        .map(Principals::arn)
        .orElse("arn:aws:iam::" + Account.ID + ":root");
  }

  private static String arn(Session session) {
    return "arn:aws:sts::%s:assumed-role/%s/%s"
        .formatted(Account.ID, session.role(), session.name());
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
