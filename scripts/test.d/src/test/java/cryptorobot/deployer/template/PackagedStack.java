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
 * What {@code aws cloudformation package} wrote and uploaded.
 *
 * @param template the packaged template
 * @param objects the folder with all objects of the bucket, by their keys
 */
record PackagedStack(ObjectNode template, Path objects) {
  /** Everything the packager may upload, by the property's name. */
  private static final List<String> UPLOADED =
      List.of(
          "CodeUri", "TemplateURL", "Location", "DefinitionUri", "ContentUri", "BodyS3Location");

  /** The nested stacks' templates, by logical id. One in a loop has the name it has there. */
  Map<String, PackagedStack> nested() {
    Map<String, PackagedStack> nested = new TreeMap<>();
    template.findParents("TemplateURL").stream()
        .map(properties -> properties.get("TemplateURL"))
        .forEach(
            url ->
                nested.put(
                    nameOf(template.get("Resources"), url),
                    new PackagedStack(Project.template(object(url)), objects)));
    return nested;
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
  List<String> local() throws IOException {
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
    for (Map.Entry<String, PackagedStack> inner : nested().entrySet()) {
      inner.getValue().local().forEach(found -> local.add(inner.getKey() + ": " + found));
    }
    return local;
  }

  private static String nameOf(JsonNode resources, JsonNode url) {
    for (Map.Entry<String, JsonNode> resource : resources.properties()) {
      if (resource.getValue().findValues("TemplateURL").contains(url)) {
        return resource.getKey();
      }
    }
    throw new AssertionError("no resource has the template " + url);
  }
}
