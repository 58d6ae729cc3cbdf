package cryptorobot.localcloud.git;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The repositories that the git server serves, by name; kept on disk. */
public final class Repositories {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A repository and, if it is private, the hash of its token. */
  record Registered(Path path, Optional<String> tokenHash) {
    boolean accepts(Optional<String> token) {
      return tokenHash.isEmpty()
          || token
              .map(Repositories::hash)
              .filter(
                  given ->
                      MessageDigest.isEqual(
                          given.getBytes(StandardCharsets.US_ASCII),
                          tokenHash.get().getBytes(StandardCharsets.US_ASCII)))
              .isPresent();
    }
  }

  private final Path folder;

  /**
   * @param folder holds one file for each repository; created when needed
   */
  public Repositories(Path folder) {
    this.folder = folder;
  }

  /**
   * Serves a repository to the instances under a name. Replaces an earlier repository of that name.
   *
   * @param path a work tree or a bare repository
   * @param token required to read the repository, as a bearer token or as the password of any user;
   *     empty for a public repository
   * @throws IllegalArgumentException if the name is not valid in a URL or the path holds no
   *     repository
   */
  public void register(String name, Path path, Optional<String> token) {
    checkName(name);
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.exists(absolute.resolve(".git")) && !Files.exists(absolute.resolve("HEAD"))) {
      throw new IllegalArgumentException("no git repository at " + absolute);
    }
    var tree = JSON.createObjectNode().put("path", absolute.toString());
    token.ifPresent(secret -> tree.put("token_sha256", hash(secret)));
    try {
      Files.createDirectories(folder);
      Path unfinished = folder.resolve(name + ".json.new");
      Files.writeString(unfinished, tree.toPrettyString() + "\n");
      Files.move(unfinished, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Registered> find(String name) {
    checkName(name);
    Path file = folder.resolve(name + ".json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode tree = JSON.readTree(Files.readString(file));
      return Optional.of(
          new Registered(
              Path.of(tree.path("path").asText()),
              Optional.ofNullable(tree.get("token_sha256")).map(JsonNode::asText)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkName(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}") || name.endsWith(".git")) {
      throw new IllegalArgumentException(
          "repository name '" + name + "': letters, digits, '.', '_' and '-', without .git");
    }
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
