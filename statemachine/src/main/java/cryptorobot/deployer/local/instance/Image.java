package cryptorobot.deployer.local.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * The root file system every instance starts as a copy of: made once by {@code make-image.sh}, kept
 * under the hash of its recipe (the script and the apt sources), complete or not there.
 */
final class Image {
  private static final Duration MAKE_LIMIT = Duration.ofMinutes(20);
  private static final Duration COPY_LIMIT = Duration.ofMinutes(5);

  private final Path folder;
  private final Path recipe;
  private final Consumer<String> progress;

  Image(Path folder, Path recipe, Consumer<String> progress) {
    this.folder = folder;
    this.recipe = recipe;
    this.progress = progress;
  }

  /** Copies the image, making it first if need be. */
  void copyTo(Path target) throws IOException {
    Path root =
        new FileMutex(folder.resolve("lock"))
            .holding(
                () -> {
                  Path made = folder.resolve(hash());
                  if (!Files.isDirectory(made)) {
                    make(made);
                  }
                  return made;
                });
    Program.of("cp", "-a", "--reflink=auto", root.toString(), target.toString())
        .within(COPY_LIMIT)
        .output();
  }

  private void make(Path root) throws IOException {
    progress.accept("making the image of the instances (once, about a minute)");
    Program.of(recipe.toString(), root.toString()).within(MAKE_LIMIT).output();
    // Instances are copies: an image of another recipe serves nobody any more.
    try (var all = Files.list(folder)) {
      for (Path other : all.filter(Files::isDirectory).filter(p -> !p.equals(root)).toList()) {
        // Under its own name it would pass for a whole image if its removal were cut off.
        Path removed = Files.createTempDirectory(folder, ".removed-");
        Files.move(other, removed.resolve("image"));
        Program.of("rm", "-rf", "--one-file-system", removed.toString())
            .within(COPY_LIMIT)
            .output();
      }
    }
  }

  private String hash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(recipe));
      digest.update(
          Program.of(recipe.toString(), "--sources").output().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
