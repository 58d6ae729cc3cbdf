package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentTemplateTest {
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

    ObjectMapper json = new ObjectMapper();
    JsonNode written = json.readTree(documents.resolve(DocumentTemplate.FILE).toFile());
    Set<String> ids = new TreeSet<>();
    written.fieldNames().forEachRemaining(ids::add);
    assertEquals(Set.of("DocumentFetch1a2b3c4d5e6f", "DocumentRollBack0123456789ab"), ids);
    JsonNode resource = written.get("DocumentFetch1a2b3c4d5e6f");
    assertEquals("AWS::SSM::Document", resource.get("Type").textValue());
    assertEquals("RetainExceptOnCreate", resource.get("DeletionPolicy").textValue());
    assertEquals("Retain", resource.get("UpdateReplacePolicy").textValue());
    assertEquals(
        "${StackPrefix}-fetch-1a2b3c4d5e6f",
        resource.at("/Properties/Name/Fn::Sub").textValue(),
        "the name the functions look for");
    assertEquals(json.readTree(fetch), resource.at("/Properties/Content"));
  }

  @Test
  void failsTheBuildWhenANamedDocumentIsMissing() throws IOException {
    Files.writeString(documents.resolve("names.json"), "{\"fetch\": \"fetch-1a2b3c4d5e6f\"}");
    assertThrows(IOException.class, () -> DocumentTemplate.write(documents));
  }
}
