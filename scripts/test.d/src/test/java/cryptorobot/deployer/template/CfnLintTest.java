package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** cfn-lint checks the templates. */
@Tag("packaging")
class CfnLintTest {
  @Test
  void findsNoProblemInTheTemplates(@TempDir Path folder) throws Exception {
    AwsTools tools = AwsTools.newest();
    for (Path template :
        List.of(
            Project.file("template.yaml"),
            Project.file("scripts/aws/environment.yaml"),
            Project.file("scripts/aws/documents.yaml"),
            withTheDocuments(folder))) {
      AwsTools.Result result =
          AwsTools.run(Map.of(), tools.program("cfn-lint").toString(), template.toString());
      assertEquals(0, result.exit(), () -> template + ":\n" + result.text());
    }
  }

  /** The documents in their stack, since cfn-lint does not follow includes. */
  private static Path withTheDocuments(Path folder) throws IOException {
    ObjectNode template = Project.template(Project.file("scripts/aws/documents.yaml"));
    template.set(
        "Resources",
        Project.json(Project.file("functions/target/classes/documents/template.json")));
    return Files.writeString(folder.resolve("documents.json"), template.toString());
  }
}
