package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sample robot as a git repository. A change in {@code scripts/sample-app} becomes a commit; a
 * commit somebody made in the repository itself stays as long as the sample does not change.
 */
final class SampleRepository {
  private final Path source;
  private final Path repository;

  SampleRepository(Settings settings) {
    this.source = settings.home().resolve("scripts/sample-app");
    this.repository = settings.state().resolve("repositories/sample-app");
  }

  /** Where it is, made or brought up to date. */
  Path ensure() {
    try {
      var git = new Git(repository);
      Path mark = repository.resolve(".git/sample-source");
      String now = digest();
      if (!Files.exists(repository.resolve(".git"))) {
        Files.createDirectories(repository);
        git.change("init", "--quiet", "--initial-branch=main");
      } else if (Files.exists(mark) && Files.readString(mark).equals(now)) {
        return repository;
      }
      copy();
      git.change("add", "--all");
      if (git.ask("diff", "--cached", "--quiet").isEmpty()) {
        String subject = Files.exists(mark) ? "Take over the changed sample" : "Start trading";
        git.change(
            "-c",
            "user.name=sample",
            "-c",
            "user.email=sample@localhost",
            "commit",
            "--quiet",
            "--message",
            subject);
      }
      Files.writeString(mark, now);
      return repository;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy() throws IOException {
    for (Path file : files()) {
      Path target = repository.resolve(source.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String digest() throws IOException {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      for (Path file : files()) {
        digest.update(source.relativize(file).toString().getBytes());
        digest.update((byte) 0);
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> found = Files.walk(source)) {
      return found
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("__pycache__"))
          .sorted()
          .toList();
    }
  }
}
