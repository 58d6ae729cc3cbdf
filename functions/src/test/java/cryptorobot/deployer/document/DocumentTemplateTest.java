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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    JsonNode written = read(DocumentTemplate.halfOf("fetch"));
    JsonNode resource = written.get("DocumentFetch1a2b3c4d5e6f");
    assertEquals("AWS::SSM::Document", resource.get("Type").textValue());
    assertEquals("RetainExceptOnCreate", resource.get("DeletionPolicy").textValue());
    assertEquals("Retain", resource.get("UpdateReplacePolicy").textValue());
    assertEquals(
        "${StackPrefix}-fetch-1a2b3c4d5e6f",
        resource.at("/Properties/Name/Fn::Sub").textValue(),
        "the name the functions look for");
    assertEquals(JSON.readTree(fetch), resource.at("/Properties/Content"));
    assertTrue(
        read(DocumentTemplate.halfOf("roll-back")).has("DocumentRollBack0123456789ab"),
        "the logical id");
  }

  /** A document that moves would have to be made again while its old stack still holds it. */
  @Test
  void keepsAStepInItsHalfWhateverElseThereIs() throws IOException {
    assertEquals(1, DocumentTemplate.halfOf("fetch"));
    assertEquals(2, DocumentTemplate.halfOf("roll-back"));
    write(IntStream.range(0, 40).mapToObj(i -> "step-" + i).toList());
    Set<String> all = new TreeSet<>();
    for (int half = 1; half <= 2; half++) {
      for (Map.Entry<String, JsonNode> resource : read(half).properties()) {
        String name = resource.getValue().at("/Properties/Name/Fn::Sub").textValue();
        String step = name.substring("${StackPrefix}-".length(), name.lastIndexOf('-'));
        assertEquals(half, DocumentTemplate.halfOf(step), step);
        assertTrue(all.add(step), step + " is in both halves");
      }
    }
    assertEquals(40, all.size());
  }

  @Test
  void makesFiveDocumentsAtATime() throws IOException {
    write(IntStream.range(0, 40).mapToObj(i -> "step-" + i).toList());
    for (int half = 1; half <= 2; half++) {
      List<String> ids = new ArrayList<>();
      read(half)
          .properties()
          .forEach(
              resource -> {
                String before = ids.size() < 5 ? "" : ids.get(ids.size() - 5);
                assertEquals(before, resource.getValue().path("DependsOn").asText());
                ids.add(resource.getKey());
              });
      assertTrue(ids.size() > 5, "enough to see it");
    }
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

  private JsonNode read(int half) throws IOException {
    return JSON.readTree(documents.resolve(DocumentTemplate.file(half)).toFile());
  }

  @Test
  void failsTheBuildWhenANamedDocumentIsMissing() throws IOException {
    Files.writeString(documents.resolve("names.json"), "{\"fetch\": \"fetch-1a2b3c4d5e6f\"}");
    assertThrows(IOException.class, () -> DocumentTemplate.write(documents));
  }
}
