package cryptorobot.localcloud.aws.lambda;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder (0700) that is removed with its content. */
record TemporaryFolder(Path path) {
  /** Creates a folder in a parent folder, which is created if necessary. */
  static TemporaryFolder in(Path parent) throws IOException {
    Files.createDirectories(parent);
    return new TemporaryFolder(
        Files.createTempDirectory(
            parent,
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
  }

  void remove() throws IOException {
    remove(path);
  }

  private static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(path)) {
        for (Path each : inside) {
          remove(each);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
