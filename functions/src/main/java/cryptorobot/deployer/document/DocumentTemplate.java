package cryptorobot.deployer.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of the stack that makes the documents: one {@code AWS::SSM::Document} for each host
 * step, included into {@code template.yaml}.
 *
 * <p>Logical id and name bear the hash of the content. A changed step is therefore a new resource,
 * and the old one leaves the template; it is retained, so an execution under way still finds it.
 * Only a document whose own creation is undone, because the stack's update failed, is deleted.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html">AWS::Include</a>
 */
public final class DocumentTemplate {
  /** The file's name beside the documents. */
  public static final String FILE = "template.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private DocumentTemplate() {}

  /**
   * Writes the fragment from the documents and {@code names.json} already in {@code documents}.
   *
   * @throws IOException when one of the named documents is not there or is not JSON
   */
  public static void write(Path documents) throws IOException {
    ObjectNode resources = JSON.createObjectNode();
    JsonNode names = JSON.readTree(documents.resolve("names.json").toFile());
    for (Map.Entry<String, JsonNode> entry : names.properties()) {
      String step = entry.getKey();
      String name = entry.getValue().textValue();
      ObjectNode resource = resources.putObject(logicalId(name));
      resource
          .put("Type", "AWS::SSM::Document")
          .put("DeletionPolicy", "RetainExceptOnCreate")
          .put("UpdateReplacePolicy", "Retain");
      ObjectNode properties = resource.putObject("Properties");
      properties.putObject("Name").put("Fn::Sub", "${StackPrefix}-" + name);
      properties
          .put("DocumentType", "Command")
          .put("DocumentFormat", "JSON")
          .put("TargetType", "/AWS::EC2::Instance")
          .set("Content", JSON.readTree(documents.resolve(step + ".json").toFile()));
    }
    Files.writeString(documents.resolve(FILE), JSON.writeValueAsString(resources));
  }

  /** {@code roll-back-0123456789ab} becomes {@code DocumentRollBack0123456789ab}. */
  private static String logicalId(String name) {
    return Arrays.stream(name.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining("", "Document", ""));
  }
}
