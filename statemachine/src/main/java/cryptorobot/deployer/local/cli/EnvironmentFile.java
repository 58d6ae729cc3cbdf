package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An environment's values, as {@code .github/environments/NAME.json} has them. */
final class EnvironmentFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String APPLICATION_PATH = "/opt/crypto-robot";

  private EnvironmentFile() {}

  /** Its values; only its name where there is no such file. */
  static ObjectNode read(Path home, String environment) {
    ObjectNode values = JSON.createObjectNode();
    // Only a plain name can be a file; anything else is for the deployer itself to refuse.
    if (environment.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      Path file = home.resolve(".github/environments").resolve(environment + ".json");
      if (Files.exists(file)) {
        values = parse(file);
      }
    }
    return values.put("environment", environment);
  }

  /** Where the application is on the environment's instance. */
  static String applicationPath(Path home, String environment) {
    return read(home, environment).path("application_path").asText(APPLICATION_PATH);
  }

  private static ObjectNode parse(Path file) {
    try {
      JsonNode parsed = JSON.readTree(file.toFile());
      if (parsed instanceof ObjectNode values) {
        return values;
      }
      throw new CommandFailure(ExitCode.REFUSED, file + " must hold one JSON object");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.REFUSED, file + " is no JSON: " + e.getMessage());
    }
  }
}
