package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleRepositoryTest {
  @TempDir private Path folder;
  private Path sample;
  private SampleRepository repository;

  @BeforeEach
  void aSample() throws Exception {
    sample = Files.createDirectories(folder.resolve("home/scripts/sample-app"));
    Files.writeString(sample.resolve("main.py"), "print('one')\n");
    var settings =
        new Settings(
            URI.create("http://127.0.0.1:1"),
            "eu-west-1",
            folder.resolve("state"),
            folder.resolve("home"));
    repository = new SampleRepository(settings);
  }

  @Test
  void aChangeOfTheSampleBecomesACommitAndNoChangeNone() throws Exception {
    String first = head();
    assertEquals(first, head(), "the commit after no change");
    Files.writeString(sample.resolve("main.py"), "print('two')\n");
    assertNotEquals(first, head(), "the commit after a change");
    assertEquals("print('two')", git("show", "HEAD:main.py"));
  }

  @Test
  void aCommitSomebodyMadeThereStays() throws Exception {
    head();
    Path there = repository.ensure();
    Files.writeString(there.resolve("main.py"), "print('mine')\n");
    git("-c", "user.name=me", "-c", "user.email=me@localhost", "commit", "-qam", "Mine");
    String mine = git("rev-parse", "HEAD");
    assertEquals(mine, head());
    assertEquals("print('mine')", git("show", "HEAD:main.py"));
  }

  private String head() {
    return new Git(repository.ensure()).ask("rev-parse", "HEAD").orElseThrow();
  }

  private String git(String... arguments) {
    return new Git(repository.ensure()).change(arguments);
  }
}
