package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The function {@code $parse} of AWS, and the functions that return the time, which is the engine's
 * time.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html">AWS</a>
 */
final class JsonataFunctions {
  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  void bind(Jsonata.Frame frame, Instant now) {
    bind(frame, "parse", this::parse);
    bind(frame, "millis", _ -> now.toEpochMilli());
    bind(frame, "now", arguments -> now(arguments, now));
  }

  private static void bind(Jsonata.Frame frame, String name, Function<List<?>, Object> function) {
    frame.bind(name, new Jsonata.JFunction((_, arguments) -> function.apply(arguments), null));
  }

  private Object parse(List<?> arguments) {
    if (arguments.isEmpty() || arguments.getFirst() == null) {
      return null;
    }
    try {
      var tree = json.readTree(text(arguments, 0, "parse"));
      if (tree.isMissingNode()) {
        throw new IllegalArgumentException("$parse: an empty string is not JSON");
      }
      return JsonataValues.fromJson(tree);
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException(
          "$parse: not JSON: " + notJson.getOriginalMessage(), notJson);
    }
  }

  private static Object now(List<?> arguments, Instant now) {
    if (!arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "$now with a picture is not implemented; use $fromMillis($millis(), picture)");
    }
    return ContextObject.time(now);
  }

  private static String text(List<?> arguments, int index, String function) {
    if (index < arguments.size() && arguments.get(index) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "$" + function + ": argument " + (index + 1) + " must be a string");
  }
}
