package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One host step as an SSM document of schema 2.2. Every parameter reaches the script as an
 * environment variable ({@code interpolationType ENV_VAR}, agent 3.3.2746.0 or newer), never by
 * text substitution. The same files always produce the same bytes, and so the same {@link #name}.
 *
 * @param step the step's name, as in {@code robothost/steps/<step>.py}
 * @param content the document as JSON
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html">Data
 *     elements and parameters</a>
 */
public record HostDocument(String step, String content) {
  /** Below the limit of 64 KB in Systems Manager, which also counts the parameters of a run. */
  static final int LARGEST = 60 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws DocumentRefused if the script contains text that Systems Manager would substitute, or
   *     is too large for a document
   */
  static HostDocument of(
      String step, String summary, int timeoutSeconds, List<Parameter> parameters, String script) {
    if (script.contains("{{")) {
      throw new DocumentRefused(step, "contains '{{', which Systems Manager would substitute");
    }
    if (script.getBytes(UTF_8).length > LARGEST) {
      throw new DocumentRefused(
          step, "is larger than " + LARGEST + " bytes with the files it uses");
    }
    ObjectNode document = JSON.createObjectNode();
    document.put("schemaVersion", "2.2").put("description", summary);
    for (Parameter parameter : parameters) {
      ObjectNode declared =
          document
              .withObject("/parameters")
              .putObject(parameter.name())
              .put("type", "String")
              .put("description", parameter.description())
              .put("allowedPattern", parameter.pattern())
              .put("interpolationType", "ENV_VAR");
      if (parameter.optional()) {
        declared.put("default", "");
      }
    }
    ObjectNode inputs =
        document
            .putArray("mainSteps")
            .addObject()
            .put("action", "aws:runShellScript")
            .put("name", step)
            .putObject("inputs")
            .put("timeoutSeconds", Integer.toString(timeoutSeconds));
    // The agent joins the lines with newlines: splitting must keep an empty last line.
    List.of(script.split("\n", -1)).forEach(inputs.putArray("runCommand")::add);
    try {
      String content = JSON.writeValueAsString(document);
      if (content.getBytes(UTF_8).length > 64 * 1024) {
        throw new DocumentRefused(step, "makes a document larger than 64 KB");
      }
      return new HostDocument(step, content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The name without its prefix: the step and 12 hex digits of the content's SHA-256. */
  public String name() {
    return step + "-" + shortHash(content);
  }

  /** 12 hex digits of a string's SHA-256. */
  static String shortHash(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
