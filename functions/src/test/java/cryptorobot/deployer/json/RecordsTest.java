package cryptorobot.deployer.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {

  enum Kind {
    PLAIN,
    VERY_SPECIAL
  }

  record Inner(int count) {
    Inner {
      if (count < 0) {
        throw new IllegalArgumentException("count is negative");
      }
    }
  }

  record Outer(
      String someName,
      boolean flag,
      long big,
      Instant at,
      Kind kind,
      Inner inner,
      List<Inner> list,
      Map<String, String> map,
      JsonNode any) {}

  record OptionalText(Optional<String> text) {}

  record RequiredText(String text) {}

  private static final String WHOLE =
      """
      {"some_name":"n","flag":true,"big":5000000000,"at":"2026-11-23T06:15:00Z",\
      "kind":"very-special","inner":{"count":1},"list":[{"count":2}],"map":{"k":"v"},"any":[1,null]}""";

  private static <R extends Record> R read(String text, Class<R> shape) {
    try {
      return Json.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), shape);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void writesWhatItReadUnchanged() {
    assertEquals(WHOLE, Json.text(read(WHOLE, Outer.class)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"flag\":true | \"flag\":\"true\" | $.flag: found \"true\"; allowed: true or false",
        "\"flag\":true | \"flag\":null | $.flag: found null; allowed: true or false",
        "\"big\":5000000000 | \"big\":1.5 | $.big: found the number 1.5; allowed: an integer",
        "\"big\":5000000000 | \"big\":99999999999999999999 | $.big: found the number 99999999999999999999; allowed: an integer",
        "very-special | special | $.kind: found \"special\"; allowed: plain, very-special",
        "2026-11-23T06:15:00Z | yesterday | $.at: found \"yesterday\"; allowed: a time such as 2026-11-23T06:15:00Z",
        "{\"count\":1} | {} | $.inner.count: found no value; allowed: an integer",
        "{\"count\":1} | {\"count\":-1} | $.inner: count is negative",
        "{\"count\":2} | {\"count\":\"2\"} | $.list[0].count: found \"2\"; allowed: an integer",
        "{\"k\":\"v\"} | {\"k\":1} | $.map.k: found the number 1; allowed: a string",
        "\"some_name\" | \"someName\" | $.someName: found an unknown field; allowed: did you mean some_name? some_name, flag, big, at, kind, inner, list, map, any",
      })
  void refusesAValueThatDoesNotFitAndNamesItsPath(String part, String instead, String message) {
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> read(WHOLE.replace(part, instead), Outer.class));
    assertEquals(message, refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "{\"text\":\"a\",\"text\":\"b\"}", "s3cr3t"})
  void refusesAnythingButOneDocumentAndDoesNotQuoteIt(String text) {
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> read(text, RequiredText.class));
    assertTrue(refused.getMessage().startsWith("$: found "), refused::getMessage);
    assertTrue(!refused.getMessage().contains("s3cr3t"), refused::getMessage);
  }

  @Test
  void acceptsAnAbsentFieldOnlyIfItIsOptionalAndNeverANull() {
    assertEquals(new OptionalText(Optional.empty()), read("{}", OptionalText.class));
    assertEquals(new OptionalText(Optional.of("a")), read("{\"text\":\"a\"}", OptionalText.class));
    assertThrows(InvalidRequest.class, () -> read("{\"text\":null}", OptionalText.class));
    assertThrows(InvalidRequest.class, () -> read("{}", RequiredText.class));
  }

  @Test
  void neverWritesANull() {
    assertThrows(IllegalStateException.class, () -> Json.text(new RequiredText(null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:hunter2@host/repository",
        "ghp_hunter2",
        "AKIAhunter2",
        "https://host/r?token=hunter2",
        "hunter2-hunter2-hunter2-hunter2-hunter2",
        "-----BEGIN KEY hunter2"
      })
  void doesNotShowAPossibleSecret(String text) {
    assertTrue(!FoundValue.text(text).contains("hunter2"), () -> FoundValue.text(text));
  }
}
