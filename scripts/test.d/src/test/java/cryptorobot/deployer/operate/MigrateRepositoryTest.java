package cryptorobot.deployer.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/operate migrate-repository}: it makes a proposal and changes nothing else. */
class MigrateRepositoryTest {
  private static final String ONLY_DOCKER =
      """
      on: push
      jobs:
        image:
          runs-on: ubuntu-latest
          steps:
            - uses: actions/checkout@v4
            - name: Log in
              uses: docker/login-action@v3
            - run: |
                docker build --tag robot .
                docker push robot
      """;
  private static final String ALSO_TESTS =
      """
      on: push
      jobs:
        test:
          runs-on: ubuntu-latest
          steps:
            - run: python -m unittest
            - run: docker build .
      """;

  @TempDir Path repository;

  @BeforeEach
  void aRobotWithDocker() throws IOException {
    write("main.py", "print('trade')\n");
    write("README.md", "docker compose up\n");
    write("Dockerfile", "FROM scratch\n");
    write("web/Dockerfile.web", "FROM scratch\n");
    write("docker-compose.prod.yml", "services: {}\n");
    write(".dockerignore", ".git\n");
    write(".github/workflows/build-robot-image.yml", "on: push\n");
    write(".github/workflows/image.yml", ONLY_DOCKER);
    write(".github/workflows/test.yml", ALSO_TESTS);
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "tester");
    git("config", "user.email", "tester@localhost");
    git("add", "--all");
    git("commit", "--quiet", "--message", "Start");
  }

  @Test
  void proposesABranchWithoutTheDockerFiles() {
    String before = git("rev-parse", "HEAD");
    String output = migrate(0);
    assertEquals(
        List.of(".github/workflows/test.yml", "README.md", "main.py"),
        git("ls-tree", "-r", "--name-only", "without-docker").lines().toList());
    assertEquals(before, git("rev-parse", "without-docker~"), "one commit on top of HEAD");
    assertTrue(output.contains("mentions   README.md"), output);
    assertTrue(output.contains("mentions   .github/workflows/test.yml"), output);
  }

  @Test
  void leavesBranchWorkingTreeAndIndexAsTheyAre() throws IOException {
    write("main.py", "print('being changed')\n");
    write("new.py", "");
    git("add", "new.py");
    String before =
        git("rev-parse", "HEAD") + git("status", "--short") + git("symbolic-ref", "HEAD");
    migrate(0);
    assertEquals(
        before, git("rev-parse", "HEAD") + git("status", "--short") + git("symbolic-ref", "HEAD"));
  }

  @Test
  void refusesToReplaceAnExistingBranch() {
    migrate(0);
    String proposed = git("rev-parse", "without-docker");
    assertTrue(
        migrate(1).contains("there is a branch without-docker"), "names the file and its content");
    assertEquals(proposed, git("rev-parse", "without-docker"));
  }

  @Test
  void makesNoBranchWithoutDockerFiles() {
    git("rm", "--quiet", "-r", "Dockerfile", "web", "docker-compose.prod.yml", ".dockerignore");
    git("rm", "--quiet", ".github/workflows/build-robot-image.yml", ".github/workflows/image.yml");
    git("commit", "--quiet", "--message", "Done by hand");
    assertTrue(migrate(0).contains("nothing was changed"), "reports it");
    assertEquals("", git("branch", "--list", "without-docker"));
  }

  private String migrate(int expected) {
    Path operate = Path.of("../operate").toAbsolutePath().normalize();
    return run(expected, operate.toString(), "migrate-repository", repository.toString());
  }

  private String git(String... arguments) {
    var command = new ArrayList<>(List.of("git", "-C", repository.toString()));
    command.addAll(List.of(arguments));
    return run(0, command.toArray(String[]::new));
  }

  private static String run(int expected, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected, process.waitFor(), () -> String.join(" ", command) + ": " + output);
      return output.strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = repository.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
