package cryptorobot.localcloud.aws.sts;

import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.SecretKeys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret keys that the local cloud issues.
 *
 * <p>The operator's keys are in a file (0600) in the format of AWS's tools, created once. The keys
 * of a session are derived from the operator's secret key, the access key id and the expiry. A
 * session therefore stays valid across a restart of the local cloud, and nothing is stored for it.
 */
public final class IssuedKeys implements SecretKeys {
  /** The name of the file. */
  public static final String FILE = "credentials";

  /**
   * The expiry of keys for the local cloud's own functions and state machines, which do not renew
   * their keys.
   */
  public static final Instant WITH_THE_CLOUD = Instant.parse("2200-01-01T00:00:00Z");

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String MIXED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567";
  private static final int SECRET_BYTES = 30;

  /** A key of a person, or (with a token) of a session. */
  public record Key(String accessKeyId, String secretAccessKey, String token, Instant expires) {
    public Key {
      Objects.requireNonNull(accessKeyId, "accessKeyId is null");
      Objects.requireNonNull(secretAccessKey, "secretAccessKey is null");
      Objects.requireNonNull(token, "token is null");
      Objects.requireNonNull(expires, "expires is null");
    }

    @Override
    public String toString() {
      return "Key[" + accessKeyId + ", [redacted]]";
    }
  }

  private final Key operator;

  private IssuedKeys(Key operator) {
    this.operator = operator;
  }

  /** Reads the operator's keys from a folder, or creates them there. */
  public static IssuedKeys in(Path folder, SecureRandom random) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      String text =
          "[default]%naws_access_key_id = AKIA%s%naws_secret_access_key = %s%n"
              .formatted(random(random, ALPHABET, 16), random(random, MIXED, 40));
      new PrivateFileStore(folder).write(FILE, text.getBytes(StandardCharsets.UTF_8));
    }
    Properties fields = new Properties();
    fields.load(new StringReader(Files.readString(file)));
    String id = fields.getProperty("aws_access_key_id", "");
    String secret = fields.getProperty("aws_secret_access_key", "");
    if (!id.matches("AKIA[A-Z2-7]{16}") || secret.length() < 40) {
      throw new IOException(file + " is damaged: remove it to create new credentials");
    }
    return new IssuedKeys(new Key(id, secret, "", Instant.MAX));
  }

  /** The operator's keys, which have no token and never expire. */
  public Key operator() {
    return operator;
  }

  /** The keys of a session. */
  public Key issue(String accessKeyId, Instant expires) {
    long end = expires.getEpochSecond();
    byte[] token =
        ByteBuffer.allocate(Long.BYTES + 32)
            .putLong(end)
            .put(mac("token", accessKeyId, end))
            .array();
    byte[] secret = Arrays.copyOf(mac("secret", accessKeyId, end), SECRET_BYTES);
    return new Key(
        accessKeyId,
        Base64.getEncoder().encodeToString(secret),
        Base64.getEncoder().encodeToString(token),
        Instant.ofEpochSecond(end));
  }

  @Override
  public Optional<SecretKey> find(String accessKeyId, Optional<String> token) {
    if (token.isEmpty()) {
      return Optional.of(operator)
          .filter(key -> key.accessKeyId().equals(accessKeyId))
          .map(key -> new SecretKey(key.secretAccessKey(), key.expires()));
    }
    return end(token.get())
        .map(end -> issue(accessKeyId, end))
        .filter(
            key ->
                MessageDigest.isEqual(
                    key.token().getBytes(StandardCharsets.US_ASCII),
                    token.get().getBytes(StandardCharsets.US_ASCII)))
        .map(key -> new SecretKey(key.secretAccessKey(), key.expires()));
  }

  private static Optional<Instant> end(String token) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(token));
      return bytes.remaining() == Long.BYTES + 32
          ? Optional.of(Instant.ofEpochSecond(bytes.getLong()))
          : Optional.empty();
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      return Optional.empty();
    }
  }

  private byte[] mac(String use, String accessKeyId, long end) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              operator.secretAccessKey().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal((use + "/" + accessKeyId + "/" + end).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String random(SecureRandom random, String alphabet, int length) {
    return random
        .ints(length, 0, alphabet.length())
        .collect(
            StringBuilder::new, (text, i) -> text.append(alphabet.charAt(i)), StringBuilder::append)
        .toString();
  }
}
