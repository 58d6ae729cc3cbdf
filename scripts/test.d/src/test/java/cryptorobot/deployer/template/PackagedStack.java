package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a packager wrote and uploaded.
 *
 * @param template the packaged template
 * @param objects the folder with all objects of the bucket, by their keys
 */
record PackagedStack(ObjectNode template, Path objects) {
  /** Everything a packager may upload, by the property's name. */
  private static final List<String> UPLOADED =
      List.of(
          "CodeUri",
          "TemplateURL",
          "Location",
          "DefinitionUri",
          "DefinitionS3Location",
          "ContentUri",
          "BodyS3Location");

  /** The nested stacks' templates, by logical id. */
  Map<String, PackagedStack> nested() {
    Map<String, PackagedStack> nested = new TreeMap<>();
    ofType("AWS::CloudFormation::Stack")
        .forEach(
            (id, stack) ->
                nested.put(
                    id,
                    new PackagedStack(
                        Project.template(object(stack.at("/Properties/TemplateURL"))), objects)));
    return nested;
  }

  Map<String, JsonNode> ofType(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    template
        .get("Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().path("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
              }
            });
    return found;
  }

  /** The file that a property refers to: {@code s3://b/k}, {@code https://host/b/k} or a pair. */
  Path object(JsonNode place) {
    String key =
        place.isObject()
            ? place.get("Key").textValue()
            : place.textValue().substring(place.textValue().lastIndexOf('/') + 1);
    return objects.resolve(key);
  }

  /** The properties that must be uploaded and still name a file of this machine. */
  List<String> local() {
    List<String> local = new ArrayList<>();
    for (String property : UPLOADED) {
      for (JsonNode holder : template.findParents(property)) {
        JsonNode place = holder.get(property);
        boolean remote =
            place.isObject() ? place.has("Bucket") : place.asText().matches("(s3|https)://.+");
        if (!remote || !Files.exists(object(place))) {
          local.add(property + " " + place);
        }
      }
    }
    nested().forEach((id, inner) -> inner.local().forEach(found -> local.add(id + ": " + found)));
    return local;
  }

  /** The uploaded files of the resources of a type. */
  String listing(String type, String property) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, JsonNode> resource : ofType(type).entrySet()) {
      JsonNode place = resource.getValue().at("/Properties/" + property);
      String uri =
          place.isObject()
              ? "s3://%s/%s".formatted(place.get("Bucket").asText(), place.get("Key").asText())
              : place.asText();
      lines.append(
          "  %-28s %s %,d bytes%n".formatted(resource.getKey(), uri, Files.size(object(place))));
    }
    return lines.toString();
  }
}
