package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code robothost/repository.py}: what git does for the deployer, on a repository of this machine.
 */
class RepositoryTest {
  @TempDir Path folder;
  private String first;

  @BeforeEach
  void aRepositoryWithOneCommit() throws IOException {
    git("init", "--quiet", "--initial-branch=main", ".");
    first = commit("main.py", "one", "Start trading");
  }

  @Test
  void bringsTheNewestCommitOfABranchAndWritesItsFiles() throws IOException {
    String second = commit("main.py", "two", "Trade more");
    assertEquals(second + "\nTrade more\n", fetched("main", "").output());
    assertEquals(0, run("check-out", mirror(), second, made("release")).code());
    assertEquals("two", Files.readString(folder.resolve("release/main.py")));
    assertFalse(Files.exists(folder.resolve("release/.git")));
    assertEquals(first + "\nStart trading\n", fetched("main", first).output(), "an exact commit");
  }

  @Test
  void reportsACommitThatDoesNotExistAsMissing() {
    assertEquals(4, fetched("main", "0".repeat(40)).code());
    assertEquals(1, fetched("nowhere", "").code());
  }

  @Test
  void refusesACommitThatCannotBeARelease() throws IOException {
    String bad = commit("release.json", "{}", "Take a name of the deployer");
    fetched("main", "");
    Script.Ended ended = run("check-out", mirror(), bad, made("release"));
    assertEquals(3, ended.code(), ended.errors());
    assertTrue(ended.errors().contains("holds 'release.json'"), ended.errors());
    assertFalse(Files.exists(folder.resolve("release/main.py")));
  }

  @Test
  void namesWhatDiffersAndWritesNothing() throws IOException {
    fetched("main", "");
    run("check-out", mirror(), first, made("release"));
    assertEquals(
        "", run("changes", mirror(), first, folder.resolve("release").toString()).output());
    Files.writeString(folder.resolve("release/main.py"), "another");
    Files.writeString(folder.resolve("release/more.py"), "x");
    assertEquals(
        "M\0main.py\0+\0more.py\0",
        run("changes", mirror(), first, folder.resolve("release").toString()).output());
    assertFalse(Files.exists(folder.resolve("mirror/index")));
    assertEquals(
        4, run("changes", mirror(), "0".repeat(40), folder.resolve("release").toString()).code());
  }

  @Test
  void removesWhatAFetchThatWasKilledHasLeft() throws IOException {
    fetched("main", "");
    Files.writeString(folder.resolve("mirror/refs/heads/main.lock"), "");
    commit("main.py", "two", "Trade more");
    assertEquals(0, fetched("main", "").code());
    Files.writeString(folder.resolve("mirror/objects/pack/tmp_pack_x"), "");
    assertEquals(0, run("clean", mirror()).code());
    assertFalse(Files.exists(folder.resolve("mirror/objects/pack/tmp_pack_x")));
  }

  @Test
  void givesTheLoginToGitByAProgramThatAnswersItsPrompt() throws IOException {
    Files.createDirectory(folder.resolve("login"));
    Files.writeString(folder.resolve("login/token"), "secret\n");
    Files.writeString(folder.resolve("login/askpass"), "#!/bin/sh\necho \"$LOGIN\"\n");
    String code =
        "import sys; sys.path.insert(0, sys.argv[1]); from robothost import repository\n"
            + "found = repository.environment(sys.argv[2], sys.argv[3])\n"
            + "print(found['GIT_ASKPASS'], found['LOGIN'], 'secret' in str(found))";
    Script.Ended ended =
        Script.run(
            List.of(
                "python3",
                "-Sc",
                code,
                Script.HOST.toString(),
                made("home"),
                folder.resolve("login").toString()),
            Map.of("PYTHONDONTWRITEBYTECODE", "1"),
            "");
    assertEquals(
        "%s %s False\n".formatted(folder.resolve("home/askpass"), folder.resolve("login")),
        ended.output(),
        ended::errors);
  }

  private Script.Ended fetched(String branch, String revision) {
    Path repository = folder.resolve("repository");
    return run("fetch", mirror(), "file://" + repository, branch, revision);
  }

  private String mirror() {
    return made("mirror");
  }

  private String made(String name) {
    try {
      return Files.createDirectories(folder.resolve(name)).toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Script.Ended run(String... words) {
    return Script.module("repository", Map.of(), "", words);
  }

  private String commit(String file, String content, String subject) throws IOException {
    Files.writeString(folder.resolve("repository").resolve(file), content);
    git("add", "--all");
    git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message", subject);
    String head = git("rev-parse", "HEAD").strip();
    assertNotEquals("", head);
    return head;
  }

  private String git(String... words) {
    var command = new ArrayList<>(List.of("git", "-C", made("repository")));
    command.addAll(List.of(words));
    Script.Ended ended = Script.run(command, Map.of(), "");
    assertEquals(0, ended.code(), ended::errors);
    return ended.output();
  }
}
