package cryptorobot.localcloud.stepfunctions.asl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class StateMachineParserTest {
  private static final Path REFUSED = Path.of("src/test/resources/refused.yaml");

  /**
   * Definitions that must be refused, from a file.
   *
   * @param path the JSON path that the message must contain
   * @param contains further parts of the message
   */
  record Refused(
      String name,
      JsonNode machine,
      JsonNode states,
      String text,
      String path,
      List<String> contains) {
    String definition() {
      if (text != null) {
        return text;
      }
      var definition = new ObjectMapper().createObjectNode();
      definition.put("QueryLanguage", "JSONata");
      if (states != null) {
        definition.put("StartAt", states.fieldNames().next());
        definition.set("States", states);
      }
      if (machine != null) {
        machine.properties().forEach(field -> definition.set(field.getKey(), field.getValue()));
      }
      return definition.toString();
    }
  }

  @TestFactory
  Stream<DynamicTest> refuses() throws Exception {
    var all = new YAMLMapper().readValue(Files.readString(REFUSED), Refused[].class);
    return Stream.of(all).map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static void check(Refused each) {
    var refusal =
        assertThrows(DefinitionInvalid.class, () -> StateMachineParser.parse(each.definition()));
    assertEquals(each.path(), refusal.path(), refusal.getMessage());
    for (var part : each.contains() == null ? List.<String>of() : each.contains()) {
      assertTrue(
          refusal.getMessage().contains(part), () -> refusal.getMessage() + " lacks " + part);
    }
    assertTrue(refusal.getMessage().contains("allowed: "), refusal.getMessage());
  }

  @Test
  void readsJsonAndYamlAlike() throws Exception {
    var yaml =
        """
        QueryLanguage: JSONata
        StartAt: A
        States:
          A: {Type: Pass, Next: B, Assign: {x: "{% $states.input.x %}"}}
          B: {Type: Succeed}
        """;
    var json =
        """
        {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
          "A": {"Type": "Pass", "Next": "B", "Assign": {"x": "{% $states.input.x %}"}},
          "B": {"Type": "Succeed"}}}
        """;
    assertEquals(StateMachineParser.parse(json), StateMachineParser.parse(yaml));
  }

  @Test
  void keepsTheOrderOfTheStates() throws Exception {
    var machine =
        StateMachineParser.parse(
            "{QueryLanguage: JSONata, StartAt: B, States: {B: {Type: Pass, Next: A}, A: {Type: Succeed}}}");
    assertEquals(List.of("B", "A"), List.copyOf(machine.flow().states().keySet()));
  }

  @TestFactory
  Stream<DynamicTest> acceptsExpressionsThatAwsAccepts() {
    return Stream.of(
            "$order[$.total > 10]",
            "$order[total > 10]",
            "$x ? 1 : 2",
            "$x.y ? {'a': 1} : {'b': $x.(z)}",
            "$contains($x, /a?:b/)",
            "'?? and ?: in text' & \"??\"",
            "/* ?? */ $x",
            "$map($x, function($v, $i) { $v.name & $i })",
            "$x{name: $sum(price)}",
            "$x^(>price).name",
            "$x ~> $uppercase()",
            "$a / $b / $c",
            "$states.input.`odd name`",
            "$states.context.Execution.Input.anything.at.all",
            "($f := function($n) { $n.price }; $f($x))")
        .map(
            jsonata ->
                DynamicTest.dynamicTest(
                    jsonata,
                    () ->
                        assertEquals(
                            java.util.Optional.empty(),
                            ExpressionRules.problem(jsonata, Place.ORDINARY))));
  }
}
