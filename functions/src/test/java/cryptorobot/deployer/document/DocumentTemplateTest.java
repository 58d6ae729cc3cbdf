package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path documents;

  @Test
  void makesARetainedDocumentOfTheVeryContentForEachStep() throws IOException {
    Files.writeString(
        documents.resolve("names.json"),
        "{\"fetch\": \"fetch-1a2b3c4d5e6f\", \"roll-back\": \"roll-back-0123456789ab\"}");
    String fetch = "{\"schemaVersion\":\"2.2\",\"description\":\"fetch it\"}";
    Files.writeString(documents.resolve("fetch.json"), fetch);
    Files.writeString(documents.resolve("roll-back.json"), "{\"schemaVersion\":\"2.2\"}");

    DocumentTemplate.write(documents);

    JsonNode written = read();
    JsonNode resource = written.get("DocumentFetch1a2b3c4d5e6f");
    assertEquals("AWS::SSM::Document", resource.get("Type").textValue());
    assertEquals("RetainExceptOnCreate", resource.get("DeletionPolicy").textValue());
    assertEquals("Retain", resource.get("UpdateReplacePolicy").textValue());
    assertEquals(
        "${StackPrefix}-fetch-1a2b3c4d5e6f",
        resource.at("/Properties/Name/Fn::Sub").textValue(),
        "the name the functions look for");
    assertEquals(JSON.readTree(fetch), resource.at("/Properties/Content"));
    assertTrue(written.has("DocumentRollBack0123456789ab"), "the logical id");
  }

  @Test
  void makesFiveDocumentsAtATime() throws IOException {
    write(IntStream.range(0, 40).mapToObj(i -> "step-" + i).toList());
    List<String> ids = new ArrayList<>();
    read()
        .properties()
        .forEach(
            resource -> {
              String before = ids.size() < 5 ? "" : ids.get(ids.size() - 5);
              assertEquals(before, resource.getValue().path("DependsOn").asText());
              ids.add(resource.getKey());
            });
    assertEquals(40, ids.size());
  }

  private void write(List<String> steps) throws IOException {
    ObjectNode names = JSON.createObjectNode();
    for (String step : steps) {
      names.put(step, step + "-0123456789ab");
      Files.writeString(documents.resolve(step + ".json"), "{}");
    }
    Files.writeString(documents.resolve("names.json"), names.toString());
    DocumentTemplate.write(documents);
  }

  private JsonNode read() throws IOException {
    JsonNode template = JSON.readTree(documents.resolve("template.json").toFile());
    assertTrue(template.at("/Parameters/StackPrefix").isObject(), "the names refer to it");
    return template.get("Resources");
  }

  @Test
  void failsTheBuildWhenANamedDocumentIsMissing() throws IOException {
    Files.writeString(documents.resolve("names.json"), "{\"fetch\": \"fetch-1a2b3c4d5e6f\"}");
    assertThrows(IOException.class, () -> DocumentTemplate.write(documents));
  }
}
