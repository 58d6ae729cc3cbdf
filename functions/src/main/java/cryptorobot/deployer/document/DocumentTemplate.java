package cryptorobot.deployer.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The template of the stack that creates the documents: one {@code AWS::SSM::Document} each. It is
 * nested in {@code template.yaml}.
 *
 * <p>Systems Manager throttles the creation of many documents at once. So each document depends on
 * the one five places before it.
 *
 * <p>Logical id and name contain the hash of the content. A changed step is therefore a new
 * resource, and the old one leaves the template. It is retained, so that a running execution still
 * finds it. A document is deleted only if its own creation is rolled back because the stack's
 * update failed.
 */
public final class DocumentTemplate {
  private static final int AT_ONCE = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private DocumentTemplate() {}

  /**
   * Writes {@code template.json}. The documents and {@code names.json} must already be in {@code
   * documents}.
   *
   * @throws IOException if one of the named documents is missing or is not JSON
   */
  public static void write(Path documents) throws IOException {
    JsonNode names = JSON.readTree(documents.resolve("names.json").toFile());
    ObjectNode template = JSON.createObjectNode();
    template
        .put("AWSTemplateFormatVersion", "2010-09-09")
        .put("Description", "The SSM documents of the host steps. A part of template.yaml.");
    template
        .putObject("Parameters")
        .putObject("StackPrefix")
        .put("Type", "String")
        .put("Description", "As in template.yaml.");
    ObjectNode resources = template.putObject("Resources");
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : names.properties()) {
      String step = entry.getKey();
      String name = entry.getValue().textValue();
      ObjectNode resource = resources.putObject(logicalId(name));
      resource
          .put("Type", "AWS::SSM::Document")
          .put("DeletionPolicy", "RetainExceptOnCreate")
          .put("UpdateReplacePolicy", "Retain");
      if (ids.size() >= AT_ONCE) {
        resource.put("DependsOn", ids.get(ids.size() - AT_ONCE));
      }
      ids.add(logicalId(name));
      ObjectNode properties = resource.putObject("Properties");
      properties.putObject("Name").put("Fn::Sub", "${StackPrefix}-" + name);
      properties
          .put("DocumentType", "Command")
          .put("DocumentFormat", "JSON")
          .put("TargetType", "/AWS::EC2::Instance")
          .set("Content", JSON.readTree(documents.resolve(step + ".json").toFile()));
    }
    Files.writeString(documents.resolve("template.json"), JSON.writeValueAsString(template));
  }

  /** {@code roll-back-0123456789ab} becomes {@code DocumentRollBack0123456789ab}. */
  private static String logicalId(String name) {
    return Arrays.stream(name.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining("", "Document", ""));
  }
}
