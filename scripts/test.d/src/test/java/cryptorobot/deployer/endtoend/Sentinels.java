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

/** Texts that are secret in a trial, each with a name, and the forms in which they could appear. */
final class Sentinels {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** A new one: 64 letters and digits, so that no way of writing it down changes it. */
  String make(String name) {
    String random = UUID.randomUUID().toString() + UUID.randomUUID();
    return keep(name, random.replace("-", ""));
  }

  /** One that is given. */
  String keep(String name, String value) {
    values.put(name, value);
    return value;
  }

  /** The names of those that a text holds, as they are or in base64, at whatever place. */
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

  /** Every form of every one, for a search by another program. */
  List<String> forms() {
    return values.values().stream().flatMap(value -> forms(value).stream()).toList();
  }

  // Base64 of a text inside a longer one depends on the place modulo three; its ends on what stands
  // beside it.
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
