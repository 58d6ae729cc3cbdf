package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.local.instance.HostileRepository;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** git in a folder of somebody else, asked by root. */
final class GitTest {
  @TempDir private Path folder;

  @Test
  void aRepositorysConfigurationRunsNoProgram() throws Exception {
    HostileRepository hostile = HostileRepository.in(folder);
    var git = new Git(hostile.path());
    assertEquals(Optional.empty(), git.refusal());
    assertEquals(Optional.of("main"), git.ask("symbolic-ref", "--short", "HEAD"));
    assertEquals(40, git.ask("rev-parse", "HEAD").orElseThrow().length());
    assertEquals(Optional.empty(), git.ask("show", "main:requirements.txt"), "it lacks the object");
    assertEquals(Optional.empty(), git.ask("rev-parse", "--verify", "f".repeat(40) + "^{commit}"));
    git.ask("status", "--short");
    assertFalse(Files.exists(hostile.mark()), "a command of the repository was run");
  }

  @Test
  void theOwnerOfAFolderGetsNothingReadThatOnlyRootMayRead() throws Exception {
    Path linked = HostileRepository.linkedToRoots(folder);
    assertEquals(Optional.empty(), new Git(linked).ask("show", "main:requirements.txt"));
    var settings = new Settings(URI.create("http://127.0.0.1:1"), "eu-west-1", folder, folder);
    var refused =
        assertThrows(CommandFailure.class, () -> RepositoryChoice.of(linked.toString(), settings));
    assertEquals(ExitCode.REFUSED, refused.exitCode());
    assertTrue(refused.getMessage().contains("(fatal: "), refused.getMessage());
  }
}
