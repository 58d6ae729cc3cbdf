package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The root file system that is copied for every new instance. {@code make-image.sh} creates it
 * once. Its name consists of the release and the hash of its inputs (the script and the apt
 * sources). It is either complete or missing.
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

  /** Copies the image; creates it first if necessary. */
  void copyTo(Path target) throws IOException {
    Path root =
        new FileMutex(folder.resolve("lock"))
            .holding(
                () -> {
                  Path made = folder.resolve(name());
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
    progress.accept("creating the image of the instances (once, about a minute)");
    Program.of(recipe.toString(), root.toString()).within(MAKE_LIMIT).output();
    // Instances are copies: an image of the same release from other inputs is no longer needed.
    String release = root.getFileName().toString().replaceFirst("-.*", "-");
    try (var all = Files.newDirectoryStream(folder, release + "*")) {
      for (Path other : all) {
        if (other.equals(root)) {
          continue;
        }
        // Under its own name, a partly removed image would be taken for a complete one.
        Path removed = Files.createTempDirectory(folder, ".removed-");
        Files.move(other, removed.resolve("image"));
        Program.of("rm", "-rf", "--one-file-system", removed.toString())
            .within(COPY_LIMIT)
            .output();
      }
    }
  }

  private String name() {
    return Program.of(recipe.toString(), "--name").output().strip();
  }
}
