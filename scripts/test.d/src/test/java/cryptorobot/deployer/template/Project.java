package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.iam.template.TemplateText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of this repository, whatever the working directory of the tests is. */
final class Project {
  private static final Path ROOT = root();

  private Project() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  static String text(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A template as it is written, before CloudFormation reads it. */
  static ObjectNode template(Path file) {
    try {
      return TemplateText.parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
