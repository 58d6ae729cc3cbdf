package cryptorobot.deployer.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {

  private static JsonSchema schema(String property) {
    return JsonSchema.of(
        Json.tree(
                """
                {"title": "x", "type": "object", "additionalProperties": false,
                 "properties": {"a": %s}}"""
                    .formatted(property))
            .orElseThrow());
  }

  private static String apply(String property, String document) {
    return schema(property).apply(Json.tree(document).orElseThrow()).toString();
  }

  @Test
  void fillsInDefaultsAtEveryDepth() {
    String item =
        """
        {"title": "x", "type": "array", "items": {"title": "x", "type": "object",
         "additionalProperties": false, "properties": {"b": {"title": "x", "type": "boolean", "default": true}}}}""";
    assertEquals("{\"a\":[{\"b\":true},{\"b\":false}]}", apply(item, "{\"a\":[{},{\"b\":false}]}"));
  }

  @Test
  void aPatternDoesNotMatchBeforeALineBreak() {
    String text = "{\"title\": \"one a\", \"type\": \"string\", \"pattern\": \"^a$\"}";
    assertEquals("{\"a\":\"a\"}", apply(text, "{\"a\":\"a\"}"));
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> apply(text, "{\"a\":\"a\\n\"}"));
    assertEquals("$.a: found \"a\\n\"; allowed: one a", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"title\": \"x\", \"type\": \"string\", \"format\": \"uri\"}",
        "{\"title\": \"x\", \"type\": \"number\"}",
        "{\"title\": \"x\", \"type\": [\"string\", \"null\"], \"pattern\": \"^$\"}",
        "{\"title\": \"x\", \"type\": \"string\"}",
        "{\"title\": \"x\", \"type\": \"string\", \"pattern\": \"a\"}",
        "{\"title\": \"x\", \"type\": \"integer\", \"multipleOf\": 2}",
        "{\"title\": \"x\", \"type\": \"integer\", \"anyOf\": [{\"minimum\": 1}]}",
        "{\"title\": \"x\", \"type\": \"integer\", \"minimum\": 1, \"anyOf\": []}",
        "{\"type\": \"boolean\"}",
        "{\"title\": \"x\", \"type\": \"object\", \"properties\": {}}",
        "{\"title\": \"x\", \"type\": \"object\", \"additionalProperties\": false, \"required\": [\"b\"]}",
        "{\"title\": \"x\", \"type\": \"object\", \"additionalProperties\": false, \"not\": {\"type\": \"object\"}}",
        "{\"title\": \"x\", \"type\": \"array\"}",
      })
  void refusesASchemaWithARuleThatIsNotChecked(String property) {
    assertThrows(IllegalArgumentException.class, () -> schema(property));
  }

  @Test
  void refusesADefaultThatItsOwnRuleForbids() {
    String port = "{\"title\": \"x\", \"type\": \"integer\", \"minimum\": 5, \"default\": 4}";
    assertThrows(InvalidRequest.class, () -> schema(port));
  }

  @Test
  void doesNotValidateAnObjectThatRefersToAnotherSchema() {
    String other = "{\"title\": \"an object\", \"type\": \"object\", \"$ref\": \"b.json\"}";
    assertEquals("{\"a\":{\"b\":1}}", apply(other, "{\"a\":{\"b\":1}}").toString());
    InvalidRequest refused = assertThrows(InvalidRequest.class, () -> apply(other, "{\"a\":1}"));
    assertEquals("$.a: found the number 1; allowed: an object", refused.getMessage());
  }

  @Test
  void suggestsTheChoiceThatTheUserProbablyMeant() {
    String mode = "{\"title\": \"x\", \"type\": \"string\", \"enum\": [\"robot\", \"web\"]}";
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> apply(mode, "{\"a\":\"Robot\"}"));
    assertTrue(refused.getMessage().contains("did you mean robot?"), refused::getMessage);
  }
}
