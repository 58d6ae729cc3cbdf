package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The command documents of the account. */
public final class Documents {
  private final Map<String, Document> byName = new TreeMap<>();

  /**
   * @param contents the JSON text of each document by name
   */
  public Documents(Map<String, String> contents) {
    contents.forEach((name, content) -> byName.put(name, read(name, content)));
  }

  private static Document read(String name, String content) {
    Document document = new DocumentReader(name).read(content);
    try {
      document.parameters().forEach(DocumentParameter::checkPattern);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("document " + name + ": " + e.getMessage(), e);
    }
    return document;
  }

  /** The documents in the packaged functions. The names are a prefix and the names in the jar. */
  public static Documents inJar(Path jar, String prefix) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      JsonNode names = AwsJson.parse(text(file, "documents/names.json"));
      for (Map.Entry<String, JsonNode> entry : names.properties()) {
        contents.put(
            prefix + "-" + entry.getValue().textValue(),
            text(file, "documents/" + entry.getKey() + ".json"));
      }
    }
    return new Documents(contents);
  }

  private static String text(JarFile jar, String path) throws IOException {
    ZipEntry entry = jar.getEntry(path);
    if (entry == null) {
      throw new IOException(jar.getName() + " lacks " + path + ": build it again");
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  Document get(String name) {
    Document document = byName.get(name);
    if (document == null) {
      throw ApiError.refused("InvalidDocument", "Document with name " + name + " does not exist.");
    }
    return document;
  }

  Collection<Document> all() {
    return List.copyOf(byName.values());
  }
}
