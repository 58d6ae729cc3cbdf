package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A repository of an attacker, in a folder of the user {@code nobody}: its configuration makes git
 * fetch a missing object with the attacker's command.
 */
public record HostileRepository(Path path, Path mark) {
  private static final int NOBODY = 65534;
  private static final String CONFIGURATION =
      """
      [core]
      \trepositoryformatversion = 1
      \tfsmonitor = touch '%1$s'; false
      \thooksPath = hooks
      [extensions]
      \tpartialClone = origin
      [remote "origin"]
      \turl = %2$s
      \tpromisor = true
      \tpartialclonefilter = blob:none
      \tuploadpack = touch '%1$s'; false
      \tfetch = +refs/heads/*:refs/remotes/origin/*
      [protocol]
      \tallow = always
      [protocol "file"]
      \tallow = always
      """;

  /**
   * Creates the repository in a folder that every user may enter.
   *
   * @param folder becomes accessible for every user
   */
  public static HostileRepository in(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path path = repository(folder.resolve("hostile"));
    Path mark = folder.resolve("pwned");
    String blob = git(path, "rev-parse", "HEAD:requirements.txt");
    Files.delete(path.resolve(".git/objects/" + blob.substring(0, 2) + "/" + blob.substring(2)));
    Files.writeString(path.resolve(".git/config"), CONFIGURATION.formatted(mark, path));
    chownToNobody(path);
    return new HostileRepository(path, mark);
  }

  /**
   * A folder of {@code nobody} whose {@code .git} refers to a repository that only root may read.
   */
  public static Path linkedToRoots(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path roots = Files.createDirectory(folder.resolve("roots"));
    Files.setPosixFilePermissions(roots, PosixFilePermissions.fromString("rwx------"));
    Path secret = repository(roots.resolve("secret"));
    Path path = Files.createDirectory(folder.resolve("linked"));
    Files.writeString(path.resolve(".git"), "gitdir: " + secret.resolve(".git") + "\n");
    chownToNobody(path);
    return path;
  }

  private static Path repository(Path path) throws IOException {
    Files.createDirectory(path);
    Files.writeString(path.resolve("requirements.txt"), "flask\n");
    git(path, "init", "--quiet", "--initial-branch=main");
    git(path, "add", ".");
    git(path, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "One");
    return path;
  }

  private static void chownToNobody(Path path) {
    Program.of("chown", "-hR", NOBODY + ":" + NOBODY, path.toString()).output();
  }

  private static String git(Path work, String... words) {
    var argv = new ArrayList<>(List.of("git", "-C", work.toString()));
    argv.addAll(List.of(words));
    return Program.of(argv).output().strip();
  }
}
