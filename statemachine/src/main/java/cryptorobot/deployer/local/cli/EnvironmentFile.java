package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An environment's values, as {@code .github/environments/NAME.json} has them. */
final class EnvironmentFile {
  /** What an editor leaves behind by mistake, a field twice or a second document, is no setting. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String place =
          at == null ? "" : ": line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new CommandFailure(
          ExitCode.REFUSED, file + " is not one JSON document, each field once" + place);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.REFUSED, file + " cannot be read");
    }
  }
}
