package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code robothost/crash.py}: which ends leave a bundle, and what is in it. */
class CrashTest {
  private static final String SECRET = "Q7w2".repeat(16);
  private static final String ENTRY =
      "{\"__REALTIME_TIMESTAMP\": \"1780000000000000\", \"SYSLOG_IDENTIFIER\": \"python\","
          + " \"_PID\": \"7\", \"MESSAGE\": \"%s\"}\n";

  @TempDir Path folder;

  private Script.Ended python(String program, String... words) {
    return Script.python(
        "import datetime, json, os\nfrom robothost import crash, layout\n" + program,
        Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin"),
        "",
        words);
  }

  @ParameterizedTest
  @CsvSource({
    // entered, started, left active, program ended, job, result, code, status, no crash
    "'a stop, and the program chose its status', 20, 10, 50, 51, 7, exit-code, exited, 130, true",
    "'a stop, and the program ended well', 20, 10, 50, 51, 7, success, exited, 0, true",
    "'a stop, and the program left it to the signal', 20, 10, 50, 51, 7, signal, killed, INT, true",
    "'the job is done when this runs', 20, 10, 50, 51, 0, exit-code, exited, 130, true",
    "'an end by itself', 20, 10, 51, 50, 0, exit-code, exited, 1, false",
    "'an end by itself, a stop came while this ran', 20, 10, 51, 50, 7, exit-code, exited, 1, false",
    "'an end without an error that nobody asked for', 20, 10, 51, 50, 0, success, exited, 0, false",
    "'a fault of memory while it stopped', 20, 10, 50, 51, 7, core-dump, dumped, SEGV, false",
    "'killed, since it did not end', 20, 10, 50, 51, 7, timeout, killed, KILL, false",
    "'an end while it started, active was the run before', 5, 10, 7, 12, 7, exit-code, exited, 1, false",
    "'a stop while it started', 0, 10, 0, 12, 7, success, exited, 0, true",
  })
  void tellsAStopThatWasAskedForFromACrash(
      String what,
      long entered,
      long started,
      long left,
      long ended,
      int job,
      String result,
      String code,
      String status,
      boolean asked) {
    String known =
        "{'ActiveEnterTimestampMonotonic': '%d', 'ExecMainStartTimestampMonotonic': '%d',"
            + " 'ActiveExitTimestampMonotonic': '%d', 'ExecMainExitTimestampMonotonic': '%d', 'Job': '%d'}";

    Script.Ended said =
        python(
            "print(crash.is_asked_stop(%s, *sys.argv[1:]))"
                .formatted(known.formatted(entered, started, left, ended, job)),
            result,
            code,
            status);

    assertEquals(asked ? "True" : "False", said.output().strip(), () -> what + said.errors());
  }

  @Test
  void twoEndsWithinASecondLeaveTwoBundles() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    for (String name : List.of("journalctl", "systemctl")) {
      Path program = Files.writeString(folder.resolve("bin/" + name), "#!/bin/sh\n");
      assertTrue(program.toFile().setExecutable(true));
    }
    String program =
        """
        crash.write = lambda path, text: open(path, "w").write(text)
        layout.STATE = sys.argv[1]
        for number in range(3):
            crash.main(sys.argv[1], "crypto-robot")
        print(len(crash.bundles(os.path.join(sys.argv[1], "crashes"))))
        """;
    Script.Ended said = python(program, folder.toString());
    assertEquals("3", said.output().strip(), said::errors);
  }

  @Test
  void aBundleHoldsNoSecretAlsoWhereALineIsCut() throws IOException {
    Files.createDirectories(folder.resolve("releases/one"));
    Files.writeString(folder.resolve("releases/one/.env"), "BINANCE_SECRET_KEY=" + SECRET + "\n");
    Files.createDirectories(folder.resolve("bin"));
    Path journalctl = folder.resolve("bin/journalctl");
    StringBuilder entries = new StringBuilder();
    for (String message :
        List.of(
            "-----BEGIN PRIVATE KEY-----",
            "MC4CAQAwBQYDK2VwBCIEIOQ",
            "-----END PRIVATE KEY-----",
            "y".repeat(950) + SECRET,
            "ValueError: " + "x".repeat(460) + SECRET)) {
      entries.append(ENTRY.formatted(message));
    }
    Files.writeString(folder.resolve("entries"), entries);
    Files.writeString(journalctl, "#!/bin/sh\ncat '" + folder.resolve("entries") + "'\n");
    assertTrue(journalctl.toFile().setExecutable(true));

    Script.Ended said =
        python(
            "now = datetime.datetime.now()\n"
                + "print(json.dumps(crash.bundle(sys.argv[1], 'crypto-robot', 'one', now, {}, 'exit-code', 'exited', '1')))",
            folder.toString());

    assertTrue(said.output().contains("ValueError: xxx"), said::errors);
    assertTrue(said.output().contains("python[7]: [redacted]"), said::output);
    assertFalse(said.output().contains(SECRET.substring(0, 8)), said::output);
    assertFalse(said.output().contains("MC4CAQAwBQYDK2VwBCIEIOQ"), said::output);
  }
}
