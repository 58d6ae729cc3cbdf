package cryptorobot.localcloud.aws.secrets;

import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.ApiError;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The secrets of the account, one file each. */
public final class SecretStore {
  private final PrivateFileStore files;
  private final Map<String, SecretRecord> byName = new TreeMap<>();

  public SecretStore(PrivateFileStore files) {
    this.files = files;
    files.all().stream().map(SecretJson::read).forEach(secret -> byName.put(secret.name(), secret));
  }

  /** By name, ARN, or ARN without its six random characters. */
  synchronized Optional<SecretRecord> find(String id) {
    if (!id.startsWith("arn:")) {
      return Optional.ofNullable(byName.get(id));
    }
    return byName.values().stream()
        .filter(
            secret ->
                secret.arn().equals(id)
                    || secret.arn().substring(0, secret.arn().length() - 7).equals(id))
        .findFirst();
  }

  /** The ARN of a secret; accepts the same ids as {@link #find}. */
  public Optional<String> arn(String id) {
    return find(id).map(SecretRecord::arn);
  }

  synchronized SecretRecord get(String id) {
    return find(id)
        .orElseThrow(
            () ->
                ApiError.refused(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret."));
  }

  synchronized void put(SecretRecord secret) {
    files.write(file(secret.name()), SecretJson.write(secret));
    byName.put(secret.name(), secret);
  }

  synchronized void remove(SecretRecord secret) {
    files.delete(file(secret.name()));
    byName.remove(secret.name());
  }

  synchronized Collection<SecretRecord> all() {
    return List.copyOf(byName.values());
  }

  private static String file(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8) + ".json";
  }
}
