package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.git.GitServer;
import cryptorobot.localcloud.git.Repositories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a real git client against the server over loopback. */
class GitServerTest {
  @TempDir Path folder;
  private GitServer server;
  private volatile boolean fromAnInstance = true;
  private Path repository;

  @BeforeEach
  void start() throws IOException {
    var authority = TestAuthority.in(folder.resolve("authority"));
    Files.writeString(folder.resolve("root.pem"), authority.rootPem());
    server =
        GitServer.start(
            ServerKey.context(authority.issue(GitServer.HOSTNAME, "127.0.0.1")),
            address -> fromAnInstance && address.equals("127.0.0.1"),
            new Repositories(folder.resolve("repositories")),
            8443);
    repository = Files.createDirectory(folder.resolve("work"));
    Files.write(repository.resolve("big"), new byte[3_000_000]);
    Files.writeString(repository.resolve("main.py"), "print('hello')\n");
    in(repository, "init", "--quiet", "--initial-branch=main");
    in(repository, "add", ".");
    in(repository, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "One");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void clonesAPublicWorkTree() throws Exception {
    server.repositories().register("robot", repository, Optional.empty());

    var ended = git("clone", "--quiet", url("robot"), folder.resolve("copy").toString());

    assertEquals(0, ended.exitCode(), ended.stderr());
    assertEquals("print('hello')\n", Files.readString(folder.resolve("copy/main.py")));
  }

  @Test
  void fetchesACommitThatNoBranchContains() throws Exception {
    server.repositories().register("robot", repository, Optional.empty());
    String lost = in(repository, "rev-parse", "HEAD").strip();
    in(
        repository,
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.org",
        "commit",
        "-q",
        "--amend",
        "-m",
        "Two");
    Path copy = Files.createDirectory(folder.resolve("copy"));
    in(copy, "init", "--quiet");

    var ended = git("-C", copy.toString(), "fetch", "--quiet", url("robot"), lost);

    assertEquals(0, ended.exitCode(), ended.stderr());
  }

  @Test
  void aPrivateRepositoryRequiresItsToken() throws Exception {
    server.repositories().register("robot", repository, Optional.of("s3cret"));

    var without = git("ls-remote", url("robot"));
    var wrong =
        git("-c", "http.extraHeader=Authorization: Bearer wrong", "ls-remote", url("robot"));
    var bearer =
        git("-c", "http.extraHeader=Authorization: Bearer s3cret", "ls-remote", url("robot"));
    var basic =
        git("ls-remote", url("robot").replace("https://", "https://x-access-token:s3cret@"));

    assertNotEquals(0, without.exitCode());
    assertTrue(without.stderr().contains("could not read Username"), without.stderr());
    assertNotEquals(0, wrong.exitCode());
    assertEquals(0, bearer.exitCode(), bearer.stderr());
    assertEquals(0, basic.exitCode(), basic.stderr());
    assertTrue(
        !Files.readString(folder.resolve("repositories/robot.json")).contains("s3cret"),
        "a token is kept as a hash only");
  }

  @Test
  void aRepositorysConfigurationRunsNoProgram() throws Exception {
    HostileRepository hostile = HostileRepository.in(folder);
    server.repositories().register("robot", hostile.path(), Optional.empty());

    var ended = git("clone", "--quiet", url("robot"), folder.resolve("copy").toString());

    assertNotEquals(0, ended.exitCode(), "an object is missing");
    assertEquals(0, git("ls-remote", url("robot")).exitCode());
    assertFalse(Files.exists(hostile.mark()), "a command of the repository was run");
  }

  @Test
  void servesInstancesOnly() throws Exception {
    server.repositories().register("robot", repository, Optional.empty());
    fromAnInstance = false;

    var ended = git("ls-remote", url("robot"));

    assertNotEquals(0, ended.exitCode(), ended.stdout());
    assertTrue(ended.stderr().contains("403"), ended.stderr());
  }

  @Test
  void servesNothingThatOnlyRootMayRead() throws Exception {
    server
        .repositories()
        .register("robot", HostileRepository.linkedToRoots(folder), Optional.empty());

    var ended = git("ls-remote", url("robot"));

    assertNotEquals(0, ended.exitCode(), ended.stdout());
  }

  @Test
  void reportsAMissingRepository() throws Exception {
    var ended = git("ls-remote", url("nothing"));

    assertNotEquals(0, ended.exitCode());
    assertTrue(ended.stderr().contains("not found"), ended.stderr());
  }

  @Test
  void refusesAPush() throws Exception {
    server.repositories().register("robot", repository, Optional.empty());

    var ended = git("-C", repository.toString(), "push", url("robot"), "HEAD:refs/heads/other");

    assertNotEquals(0, ended.exitCode());
    assertEquals("* main", in(repository, "branch").strip());
  }

  @Test
  void aClientThatDoesNotTrustTheAuthorityRefusesTheServer() {
    server.repositories().register("robot", repository, Optional.empty());

    var ended =
        Program.of("env", "GIT_CONFIG_GLOBAL=/dev/null", "git", "ls-remote", url("robot")).run();

    assertTrue(ended.stderr().contains("certificate"), ended.stderr());
  }

  @Test
  void refusesToRegisterAFolderThatIsNotARepository() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            server.repositories().register("robot", folder.resolve("authority"), Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> server.repositories().register("../robot", repository, Optional.empty()));
  }

  private String url(String name) {
    return "https://127.0.0.1:" + server.port() + "/" + name + ".git";
  }

  private Program.Ended git(String... words) {
    var argv =
        new ArrayList<>(
            List.of(
                "env",
                "GIT_TERMINAL_PROMPT=0",
                "GIT_CONFIG_GLOBAL=/dev/null",
                "GIT_SSL_CAINFO=" + folder.resolve("root.pem"),
                "git"));
    argv.addAll(List.of(words));
    return Program.of(argv).run();
  }

  private static String in(Path work, String... words) {
    var argv = new ArrayList<>(List.of("git", "-C", work.toString()));
    argv.addAll(List.of(words));
    return Program.of(argv).output();
  }
}
