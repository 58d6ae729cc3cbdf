package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted and refused here was tried with Go 1.26's own {@code regexp}. */
class AgentPatternTest {

  @Test
  void theAgentReadsEveryPatternOfEveryDocument() throws IOException {
    List<String> refused = new ArrayList<>();
    int patterns = 0;
    for (HostDocument document : new HostScripts(Script.HOST, Script.UNITS).documents()) {
      JsonNode parameters = new ObjectMapper().readTree(document.content()).path("parameters");
      for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
        patterns++;
        String pattern = parameter.getValue().path("allowedPattern").asText();
        try {
          AgentPattern.of(pattern);
        } catch (IllegalArgumentException e) {
          refused.add(document.step() + "/" + parameter.getKey() + ": " + e.getMessage());
        }
      }
    }
    assertEquals(List.of(), refused);
    assertTrue(patterns > 100, () -> "only a few patterns were found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^[a-z]{1,1000}$",
        "^(([a-z]{1,10}){1,10}x){1,10}$",
        "((a{500}){2}|b{1000})*",
        "(?:(?:a{500}){2}){1}",
        "[{9}]{100}",
        "[]{9}a{9]{1000}",
        "[^]{2}]{900}{",
        "([[:alpha:]{2}]{900})",
        "\\\\{900}",
        "(\\{9}){900}",
        "(\\Q(a{900}\\E){900}",
        "(\\x{41}){1000}",
        "(\\p{Greek}{500}){2}",
        "a{,900}{",
        "(a{2}b{3}c{5}){200}",
        "(|a)",
        "\\x20"
      })
  void readsWhatGoReads(String pattern) {
    assertDoesNotThrow(() -> AgentPattern.of(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^\\[.{0,8000}\\]$",
        "x{1001}",
        "x{1001,}",
        "(a{0,100}){0,100}",
        "(a{2}b{3}c{6}){200}",
        "(\\p{Greek}{501}){2}",
        "([)]{501}(?:x)){2}",
        "(?P<n>(a{500})*){3}",
        "((((((((((a{2}){2}){2}){2}){2}){2}){2}){2}){2}){2})",
        "(?=a)",
        "(?!a)",
        "a*+",
        "a**",
        "\\h",
        "\\R",
        "\\Z",
        "\\1",
        "\\é",
        "[b-a]",
        "[a-[b]]"
      })
  void refusesWhatGoRefuses(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> AgentPattern.of(pattern));
  }

  @Test
  void matchesAsGoDoes() {
    AgentPattern whole = AgentPattern.of("^a.c$");
    assertTrue(whole.allows("abc"));
    assertTrue(whole.allows("a\rc"), "only a newline ends a line");
    for (String text : List.of("abc\n", "\nabc", "abcd", "a\nc", "x\nabc\nx")) {
      assertFalse(whole.allows(text), text);
    }
    assertTrue(AgentPattern.of("b").allows("abc"), "a pattern without anchors is found anywhere");
  }
}
