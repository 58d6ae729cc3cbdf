package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** The address of a web application, from what its instance says. */
final class ServingAddress {
  private ServingAddress() {}

  /** Empty when nothing is deployed there. */
  static String of(String address, JsonNode status) {
    String protocol = status.path("protocol").asText();
    int port = status.path("port").asInt(5000);
    return protocol.isEmpty() ? "" : "%s://%s:%d".formatted(protocol, address, port);
  }
}
