package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code robothost/persistent_paths.py}: what outlives a release. */
class PersistentPathsTest {
  @TempDir Path application;

  private Script.Ended link(String release, String paths) throws IOException {
    Path folder = Files.createDirectories(application.resolve("releases").resolve(release));
    Script.Ended seeded = run("seed", folder, paths);
    return seeded.code() == 0 ? run("link", folder, paths) : seeded;
  }

  private Script.Ended run(String action, Path release, String paths) {
    return Script.module(
        "persistent_paths",
        Map.of(),
        "",
        action,
        application.toString(),
        release.toString(),
        paths);
  }

  @Test
  void startsFromWhatGitKeepsThereAndNeverTakesItFromGitAgain() throws IOException {
    Path tracked = Files.createDirectories(application.resolve("releases/one/data"));
    Files.writeString(tracked.resolve("counter"), "0");
    assertEquals(0, link("one", "[\"data\"]").code());
    Files.writeString(application.resolve("releases/one/data/counter"), "41");
    Path again = Files.createDirectories(application.resolve("releases/two/data"));
    Files.writeString(again.resolve("counter"), "0");

    assertEquals(0, link("two", "[\"data\", \"logs\", \"a/b/c.db\"]").code());

    assertEquals("41", Files.readString(application.resolve("releases/two/data/counter")));
    assertTrue(Files.isSymbolicLink(application.resolve("releases/two/data")));
    assertTrue(Files.isDirectory(application.resolve("shared/logs")));
    assertEquals(
        application.resolve("shared/a/b/c.db").toRealPath(),
        application.resolve("releases/two/a/b/c.db").toRealPath());
  }

  @Test
  void givesAFileAFolderOfItsOwn() throws IOException {
    Path release = Files.createDirectories(application.resolve("releases/one"));
    Files.writeString(release.resolve("state.db"), "1");
    assertEquals(0, link("one", "[\"state.db\"]").code());
    Path kept = application.resolve("shared/.deployer-files/state.db/state.db");
    assertEquals("1", Files.readString(kept));
    Files.writeString(release.resolve("state.db"), "2");
    assertEquals("2", Files.readString(kept), "written through the release");
    Path next = Files.createDirectories(application.resolve("releases/two"));
    Files.writeString(next.resolve("state.db"), "1");
    assertEquals(0, link("two", "[\"state.db\"]").code());
    assertEquals("2", Files.readString(next.resolve("state.db")));
    // A commit that has the file no more.
    assertEquals(0, link("three", "[\"state.db\"]").code());
    assertEquals("2", Files.readString(application.resolve("releases/three/state.db")));
    assertFalse(Files.exists(application.resolve("shared/state.db")));
  }

  @Test
  void refusesALinkInSharedAndAFileOfAnEarlierVersion() throws IOException {
    Path shared = Files.createDirectories(application.resolve("shared/a"));
    Files.createSymbolicLink(shared.resolve("b"), application);
    Files.createSymbolicLink(shared.getParent().resolve("state.db"), application);
    for (String path : java.util.List.of("state.db", "a/b", "a/b/c")) {
      Script.Ended ended = run("check", application.resolve("releases/one"), "[\"" + path + "\"]");
      assertEquals(1, ended.code(), path);
      assertTrue(
          ended.errors().contains("is a symbolic link or leads through one"), ended.errors());
      assertEquals(1, link("one", "[\"" + path + "\"]").code(), path);
    }
    Files.delete(shared.getParent().resolve("state.db"));
    Files.writeString(shared.getParent().resolve("state.db"), "1");
    Script.Ended ended = link("one", "[\"state.db\"]");
    assertTrue(ended.errors().contains("as an earlier version kept it"), ended.errors());
    assertEquals("1", Files.readString(shared.getParent().resolve("state.db")));
  }

  @Test
  void givesTheSameWhenItIsRunAgain() throws IOException {
    link("one", "[\"data\"]");
    Script.Ended again = link("one", "[\"data\"]");

    assertEquals(0, again.code(), again.errors());
    assertTrue(Files.isSymbolicLink(application.resolve("releases/one/data")));
  }

  @Test
  void changesOnlySharedAsTheApplicationsUserAndOnlyTheReleaseAsRoot() throws IOException {
    Path release = Files.createDirectories(application.resolve("releases/one/data"));
    Files.writeString(release.resolve("counter"), "0");
    assertEquals(0, run("seed", release.getParent(), "[\"data\"]").code());
    assertFalse(Files.isSymbolicLink(release), "the release before root changes it");
    assertEquals("0", Files.readString(application.resolve("shared/data/counter")));
    assertEquals(0, run("link", release.getParent(), "[\"data\", \"logs\"]").code());
    assertTrue(Files.isSymbolicLink(release));
    assertFalse(Files.exists(application.resolve("shared/logs")), "made by root in shared/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"../x\"]",
        "[\"/etc\"]",
        "[\"a/../../b\"]",
        "[\"\"]",
        "[\".\"]",
        "[\"a//b\"]",
        "[\".env\"]",
        "[\"venv\"]",
        "[\".deployer-files/a\"]",
        "[\"a\", \"a/b\"]",
        "[7]",
        "{}",
        "nonsense",
        "[\"a b\"]"
      })
  void refusesAPathThatIsNotInsideTheApplication(String paths) throws IOException {
    assertEquals(1, link("one", paths).code());
    assertFalse(Files.exists(application.resolve("shared")));
  }

  @Test
  void doesNotFollowALinkOutOfTheRelease() throws IOException {
    Path outside = Files.createDirectories(application.resolve("outside"));
    Files.createDirectories(application.resolve("releases/one"));
    Files.createSymbolicLink(application.resolve("releases/one/way"), outside);

    Script.Ended ended = link("one", "[\"way/data\"]");

    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains("symbolic link"), ended.errors());
  }
}
