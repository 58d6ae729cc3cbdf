package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The root file system every instance starts as a copy of: made once by {@code make-image.sh}, kept
 * under its release and the hash of its recipe (the script and the apt sources), complete or not
 * there.
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
    progress.accept("making the image of the instances (once, about a minute)");
    Program.of(recipe.toString(), root.toString()).within(MAKE_LIMIT).output();
    // Instances are copies: an image of the same release by another recipe serves nobody any more.
    String release = root.getFileName().toString().replaceFirst("-.*", "-");
    try (var all = Files.newDirectoryStream(folder, release + "*")) {
      for (Path other : all) {
        if (other.equals(root)) {
          continue;
        }
        // Under its own name it would pass for a whole image if its removal were cut off.
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
