package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** cfn-lint checks the templates, also the one that the build makes. */
@Tag("packaging")
class CfnLintTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "template.yaml",
        "environment.yaml",
        "functions/target/classes/documents/template.json"
      })
  void findsNoProblem(String template) throws Exception {
    AwsTools tools = AwsTools.newest();
    AwsTools.Result result =
        AwsTools.run(
            Map.of(), tools.program("cfn-lint").toString(), Project.file(template).toString());
    assertEquals(0, result.exit(), result.text());
  }
}
