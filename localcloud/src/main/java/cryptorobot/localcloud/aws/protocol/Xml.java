package cryptorobot.localcloud.aws.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An XML element: attributes, and either text or children. */
public record Xml(String name, Map<String, String> attributes, String text, List<Xml> children) {
  public Xml {
    Objects.requireNonNull(name, "name is null");
    attributes = Map.copyOf(attributes);
    Objects.requireNonNull(text, "text is null");
    children = List.copyOf(children);
  }

  public static Xml of(String name) {
    return new Xml(name, Map.of(), "", List.of());
  }

  public static Xml of(String name, String text) {
    return new Xml(name, Map.of(), text, List.of());
  }

  public Xml with(String attribute, String value) {
    Map<String, String> more = new LinkedHashMap<>(attributes);
    more.put(attribute, value);
    return new Xml(name, more, text, children);
  }

  public Xml add(Xml child) {
    return addAll(List.of(child));
  }

  public Xml addAll(List<Xml> more) {
    List<Xml> all = new ArrayList<>(children);
    all.addAll(more);
    return new Xml(name, attributes, text, all);
  }

  /** The document, including the XML declaration. */
  public String document() {
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write(out);
    return out.toString();
  }

  private void write(StringBuilder out) {
    out.append('<').append(name);
    attributes.forEach(
        (key, value) ->
            out.append(' ').append(key).append("=\"").append(escape(value)).append('"'));
    out.append('>').append(escape(text));
    children.forEach(child -> child.write(out));
    out.append("</").append(name).append('>');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
