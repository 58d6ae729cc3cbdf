package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lib/retention.sh}: what stays on the instance. */
class RetentionTest {
  private static final List<String> LIBRARY =
      List.of("lock.sh", "unit.sh", "history.sh", "retention.sh");

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

  private List<String> venvs() {
    return host.names("app/venvs");
  }
}
