package cryptorobot.deployer.local.cli;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the local cloud is and where it keeps its things.
 *
 * @param endpoint its address, for AWS clients and its own control plane
 * @param state the folder of everything it made
 * @param home the checkout this program was built from
 */
record Settings(URI endpoint, String region, Path state, Path home) {
  private static final String ACCOUNT = "000000000000";

  Settings {
    requireNonNull(endpoint, "endpoint is null");
    requireNonNull(region, "region is null");
    requireNonNull(state, "state is null");
    requireNonNull(home, "home is null");
  }

  /** As {@code scripts/local} sets them. */
  static Settings of(Map<String, String> environment, Path home) {
    String port = environment.getOrDefault("LOCAL_PORT", "4566");
    if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
      throw new CommandFailure(
          ExitCode.REFUSED, "LOCAL_PORT is '" + port + "'; it must be a port from 1 to 65535");
    }
    return new Settings(
        URI.create("http://127.0.0.1:" + port),
        environment.getOrDefault("AWS_REGION", "eu-west-1"),
        Path.of(environment.getOrDefault("LOCAL_STATE", "/var/lib/crypto-robot-local")),
        home);
  }

  String stateMachine(String name) {
    return "arn:aws:states:%s:%s:stateMachine:crypto-robot-%s".formatted(region, ACCOUNT, name);
  }
}
