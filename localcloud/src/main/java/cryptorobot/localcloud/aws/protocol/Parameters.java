package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Form or query-string parameters; lists are AWS Query's {@code Name.1}, {@code Name.2}, … */
public record Parameters(Map<String, String> values) {
  public Parameters {
    values = Map.copyOf(values);
  }

  public static Parameters parse(String encoded) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : encoded.strip().split("&")) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        values.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
      }
    }
    return new Parameters(values);
  }

  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** A required parameter. */
  public String text(String name) {
    return find(name)
        .orElseThrow(
            () ->
                ApiError.refused(
                    "MissingParameter", "The request must contain the parameter " + name));
  }

  /** The values of {@code name.1}, {@code name.2}, … until one is missing. */
  public List<String> list(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 1; values.containsKey(name + "." + i); i++) {
      found.add(values.get(name + "." + i));
    }
    return List.copyOf(found);
  }

  /**
   * Refuses parameters that the operation does not implement. {@code X} includes {@code X.1},
   * {@code X.1.Y} …
   */
  public void only(String operation, String... names) {
    Set<String> known = Set.of(names);
    for (String name : values.keySet()) {
      String first = name.split(Pattern.quote("."), 2)[0];
      if (!first.equals("Action") && !first.equals("Version") && !known.contains(first)) {
        throw ApiError.refused(
            "UnknownParameter",
            "The parameter "
                + name
                + " of "
                + operation
                + " is not implemented by the local cloud");
      }
    }
  }

  /** The parameters as one flat JSON object. */
  public ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach(node::put);
    return node;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
