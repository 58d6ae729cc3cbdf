package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The functions that AWS adds to JSONata, and the functions that return the time, which is the
 * engine's time.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html">AWS</a>
 */
final class JsonataFunctions {
  private static final List<String> ALGORITHMS =
      List.of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512");

  /** A JSON array with more items does not fit into a payload of 256 KiB. */
  private static final int MOST_ITEMS = 262_144;

  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private final RandomGenerator random;

  JsonataFunctions(RandomGenerator random) {
    this.random = random;
  }

  void bind(Jsonata.Frame frame, Instant now) {
    bind(frame, "parse", this::parse);
    bind(frame, "partition", JsonataFunctions::partition);
    bind(frame, "range", JsonataFunctions::range);
    bind(frame, "hash", JsonataFunctions::hash);
    bind(frame, "random", this::random);
    bind(frame, "uuid", _ -> uuid());
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

  private static Object partition(List<?> arguments) {
    if (arguments.isEmpty() || arguments.getFirst() == null) {
      return null;
    }
    var items = arguments.getFirst() instanceof List<?> list ? list : List.of(arguments.getFirst());
    long size = integer(arguments, 1, "partition");
    if (size < 1) {
      throw new IllegalArgumentException("$partition: the size must be a positive integer");
    }
    var parts = new ArrayList<Object>();
    for (long from = 0; from < items.size(); from += size) {
      parts.add(
          new ArrayList<>(items.subList((int) from, (int) Math.min(items.size(), from + size))));
    }
    return parts;
  }

  private static Object range(List<?> arguments) {
    long first = integer(arguments, 0, "range");
    long last = integer(arguments, 1, "range");
    long step = integer(arguments, 2, "range");
    if (step == 0) {
      throw new IllegalArgumentException("$range: the step must not be 0");
    }
    // The difference of two long values can be larger than a long.
    double count = Math.floor(((double) last - first) / step) + 1;
    if (count > MOST_ITEMS) {
      throw new IllegalArgumentException("$range: more than " + MOST_ITEMS + " items");
    }
    var items = new ArrayList<Object>();
    for (long i = 0; i < count; i++) {
      items.add(first + i * step);
    }
    return items;
  }

  private static Object hash(List<?> arguments) {
    if (arguments.isEmpty() || arguments.getFirst() == null) {
      return null;
    }
    var data =
        arguments.getFirst() instanceof String text
            ? text
            : JsonataValues.toJson(arguments.getFirst()).toString();
    var algorithm = text(arguments, 1, "hash");
    if (!ALGORITHMS.contains(algorithm)) {
      throw new IllegalArgumentException(
          "$hash: the algorithm must be one of " + ALGORITHMS + ", not " + algorithm);
    }
    try {
      var digest =
          MessageDigest.getInstance(algorithm).digest(data.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has " + algorithm, impossible);
    }
  }

  private Object random(List<?> arguments) {
    return arguments.isEmpty()
        ? random.nextDouble()
        : new SplittableRandom(integer(arguments, 0, "random")).nextDouble();
  }

  /** A UUID of version 4 and of the variant of RFC 9562. */
  private Object uuid() {
    long most = random.nextLong() & 0xffff_ffff_ffff_0fffL | 0x4000L;
    long least = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
    return new UUID(most, least).toString();
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

  /** As on AWS, a number that is not an integer is rounded down. */
  private static long integer(List<?> arguments, int index, String function) {
    if (index < arguments.size() && arguments.get(index) instanceof Number number) {
      return (long) Math.floor(number.doubleValue());
    }
    throw new IllegalArgumentException(
        "$" + function + ": argument " + (index + 1) + " must be a number");
  }
}
