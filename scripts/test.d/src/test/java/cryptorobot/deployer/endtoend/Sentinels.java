package cryptorobot.deployer.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Strings that are secret in a test, each with a name, and the forms in which they could appear.
 */
final class Sentinels {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Makes a sentinel of 64 letters and digits, which no usual encoding changes. */
  String make(String name) {
    String random = UUID.randomUUID().toString() + UUID.randomUUID();
    return keep(name, random.replace("-", ""));
  }

  /** New exchange keys, as they are stored. */
  String keys() {
    return LocalAws.object()
        .put("BINANCE_API_KEY", make("api key"))
        .put("BINANCE_SECRET_KEY", make("secret key"))
        .toString();
  }

  /** Adds a given string as a sentinel. */
  String keep(String name, String value) {
    values.put(name, value);
    return value;
  }

  /** The names of the sentinels in a string, plain or in base64, at any offset. */
  Set<String> in(String text) {
    var found = new TreeSet<String>();
    values.forEach(
        (name, value) -> {
          if (forms(value).stream().anyMatch(text::contains)) {
            found.add(name);
          }
        });
    return found;
  }

  /** Every form of every sentinel, for a search by another program. */
  List<String> forms() {
    return values.values().stream().flatMap(value -> forms(value).stream()).toList();
  }

  // The base64 of a string inside a longer one depends on its offset modulo three, and at its ends
  // on the adjacent characters.
  private static List<String> forms(String value) {
    var forms = new ArrayList<String>();
    forms.add(value);
    for (int before = 0; before < 3; before++) {
      byte[] padded = ("\0".repeat(before) + value).getBytes(StandardCharsets.UTF_8);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(padded);
      forms.add(encoded.substring(4, encoded.length() - 4));
    }
    return forms;
  }
}
