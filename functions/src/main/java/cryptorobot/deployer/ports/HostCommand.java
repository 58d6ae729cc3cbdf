package cryptorobot.deployer.ports;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * One run of a host step's document on one instance.
 *
 * @param comment identifies the command in later searches; at most 100 characters
 * @param parameters exactly those that the document declares; never a secret, because they stay
 *     readable for years
 */
public record HostCommand(
    String document, String instanceId, String comment, Map<String, String> parameters) {

  public HostCommand {
    requireNonNull(document, "document is null");
    requireNonNull(instanceId, "instanceId is null");
    parameters = Map.copyOf(parameters);
    if (comment.length() > 100) {
      throw new IllegalArgumentException("comment has more than 100 characters: " + comment);
    }
  }
}
