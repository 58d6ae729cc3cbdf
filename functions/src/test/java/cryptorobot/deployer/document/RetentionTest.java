package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lib/retention.sh} and {@code lib/room.sh}: what stays on the instance. */
class RetentionTest {
  private static final List<String> LIBRARY =
      List.of("lock.sh", "unit.sh", "history.sh", "tools.sh", "retention.sh");

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void anInstance() {
    host = new FolderHost(folder);
    host.with("KeepReleases", "3").with("CertificateHostname", "x.local");
  }

  private static String id(int number) {
    return "202601%02dT000000Z-%07x".formatted(number, number);
  }

  private static List<String> ids(int... numbers) {
    return java.util.Arrays.stream(numbers).mapToObj(RetentionTest::id).toList();
  }

  private void good(int from, int to) {
    for (int number = from; number <= to; number++) {
      host.good(id(number));
    }
  }

  /** Confirms what serves, as the step does it. */
  private void retain(int keep) {
    done(host.library(LIBRARY, "retain \"$(current_release)\" " + keep));
  }

  /** With so many MB free on the disk, of which each release that is gone gives 100 more. */
  private Script.Ended makesRoom(int free) {
    String disk =
        """
        df() { printf 'Filesystem\\nx 0 0 %s\\n' "$((FREE + 100 * (BEFORE - $(ls "$RELEASES" | wc -l))))"; }
        make_room
        result "${freed[*]}"
        """
            .replace("FREE", Integer.toString(free))
            .replace("BEFORE", Integer.toString(host.releases().size()));
    return host.library(
        List.of(
            "lock.sh",
            "unit.sh",
            "history.sh",
            "isolated.sh",
            "repository.sh",
            "tools.sh",
            "retention.sh",
            "room.sh"),
        disk);
  }

  private static Script.Ended done(Script.Ended ended) {
    assertEquals(0, ended.code(), ended.output() + ended.errors());
    return ended;
  }

  @Test
  void keepsTheNewestGoodOnes() {
    good(1, 6);
    host.serving(id(6));

    retain(3);

    assertEquals(ids(4, 5, 6), host.releases());
    assertEquals(List.of("hash-of-" + id(4), "hash-of-" + id(5), "hash-of-" + id(6)), venvs());
  }

  @Test
  void neverLetsAFailedReleasePushOutAGoodOne() {
    good(1, 3);
    host.serving(id(3));
    for (int failed = 4; failed <= 13; failed++) {
      host.finished(id(failed))
          .happened("activated", id(failed))
          .happened("rolled-back", id(failed));
    }

    retain(3);

    assertEquals(ids(1, 2, 3), host.releases());
  }

  @Test
  void keepsWhatServesAndTheGoodOneBeforeItWhateverIsAskedFor() {
    good(1, 6);
    // Gone back to an old one: it was confirmed again, and is the newest now.
    host.serving(id(2)).happened("confirmed", id(2));

    retain(1);

    assertEquals(ids(2, 6), host.releases());
  }

  @Test
  void countsAGoodOneAfterFiveBadOnes() {
    good(1, 2);
    for (int failed = 3; failed <= 7; failed++) {
      host.finished(id(failed)).happened("rolled-back", id(failed));
    }
    host.good(id(8)).serving(id(8));

    retain(3);

    assertEquals(ids(1, 2, 8), host.releases());
  }

  @Test
  void keepsTheOneInFlight() {
    good(1, 6);
    host.serving(id(6)).with("Release", id(1));

    assertEquals(21, makesRoom(500).code(), "still too little room");

    assertEquals(ids(1, 5, 6), host.releases());
  }

  @Test
  void touchesNothingWhileThereIsRoom() {
    good(1, 6);
    host.serving(id(6));

    done(makesRoom(1024));

    assertEquals(ids(1, 2, 3, 4, 5, 6), host.releases());
  }

  @Test
  void removesFirstWhatRetentionWouldRemoveAnyway() {
    good(1, 4);
    host.finished(id(5)).serving(id(4));
    host.write("app/venvs/nobodys/bin/python", "");
    host.write("app/venvs/.new-half/bin/python", "");
    host.write("app/certificates/.versions/x.local-old/key.pem", "");
    host.write("app/certificates/.versions/x.local-brought/key.pem", "");
    host.with("CertificateVersion", "brought");
    host.write("state/log/fetch.log.1", "");
    host.write("app/mirror/old.git/HEAD", "");
    host.write("app/mirror/new.git/HEAD", "");
    host.write("app/mirror/new.git/objects/pack/tmp_pack_x", "");
    folder.resolve("app/mirror/old.git").toFile().setLastModified(1_000_000);

    done(makesRoom(900));

    assertEquals(ids(2, 3, 4), host.releases(), "three good ones are to be kept");
    for (String gone :
        List.of(
            "venvs/nobodys",
            "venvs/.new-half",
            "certificates/.versions/x.local-old",
            "mirror/old.git",
            "mirror/new.git/objects/pack/tmp_pack_x")) {
      assertFalse(host.has("app/" + gone), gone + " is still there");
    }
    assertFalse(host.has("state/log/fetch.log.1"), "a log that was put aside");
    assertTrue(host.has("app/certificates/.versions/x.local-brought"), "it is being brought");
    assertTrue(host.has("app/mirror/new.git"), "the mirror in use");
  }

  @Test
  void thenRemovesGoodOnesAndSaysSo() {
    good(1, 3);
    host.serving(id(3));

    Script.Ended ended = done(makesRoom(930));

    assertEquals(ids(2, 3), host.releases());
    assertTrue(ended.output().contains(id(1)), ended.output());
    assertTrue(
        ended.errors().contains("good release " + id(1) + " was removed: the disk has too little"),
        ended.errors());
  }

  @Test
  void refusesWithNumbersWhenThatIsNotEnough() {
    good(1, 4);
    host.serving(id(4));

    Script.Ended ended = makesRoom(600);

    assertEquals(21, ended.code(), ended.errors());
    assertEquals(ids(3, 4), host.releases(), "what serves and the good one before it");
    assertTrue(
        ended
            .output()
            .contains(
                "has 800 MB left, a deployment needs 1024; 200 MB were made free by removing "),
        ended.output());
    assertTrue(ended.output().contains("releases "), "sizes: " + ended.output());
  }

  @Test
  void refusesForTheSameReasonWhenTheHistoryIsLongerThanAPipe() {
    for (int event = 0; event < 3000; event++) {
      host.happened("keys", id(1));
    }
    good(1, 4);
    host.serving(id(4));

    Script.Ended ended = makesRoom(600);

    assertEquals(21, ended.code(), ended.output());
    assertTrue(ended.output().contains("a deployment needs 1024"), ended.output());
  }

  @Test
  void removesNothingOfAReleaseWhoseFateIsOpen() {
    good(1, 5);
    host.serving(id(5));
    host.write("state/armed", "{}");

    assertEquals(21, makesRoom(500).code());
    assertEquals(ids(1, 2, 3, 4, 5), host.releases());
  }

  private List<String> venvs() {
    return host.names("app/venvs");
  }
}
