package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static cryptorobot.deployer.document.FolderHost.OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another user has put into the application's folder leads root nowhere. */
class OwnFoldersTest {
  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatServes() {
    host = new FolderHost(folder).good(OLD).good(NEW).serving(NEW);
    host.write("elsewhere/secret", "of-root-alone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "app/.new", "app/before-migration"})
  void refusesALinkInThePlaceOfWhatRootKeeps(String name) throws IOException {
    Path place = folder.resolve(name);
    if (Files.exists(place)) {
      Files.move(place, folder.resolve("former"));
    }
    Files.createSymbolicLink(place, folder.resolve("elsewhere/secret"));
    Script.Ended ended = host.library(List.of("lock.sh"), "log words\nread_lock\nresult '{}'");
    assertEquals(21, ended.code(), ended::output);
    assertTrue(ended.output().contains("HostUnfit"), ended::output);
    assertTrue(ended.output().contains("/" + name + " is not root's"), ended::output);
    assertFalse(ended.output().contains("of-root-alone"), ended::output);
    assertEquals("of-root-alone", host.read("elsewhere/secret"), "what the link leads to");
  }

  @Test
  void refusesAnApplicationFolderThatOthersCanReplace() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Script.Ended ended = host.library(List.of(), "result '{}'");
    assertTrue(ended.output().contains("can be written to by others than root"), ended::output);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void quotesNothingOfWhatIsNoLock() {
    host.write("state/lock", "root:$6$of-root-alone");
    Script.Ended lock = host.library(List.of("lock.sh"), "read_lock");
    assertTrue(lock.output().contains("is not a lock"), lock::output);
    assertFalse((lock.output() + lock.errors()).contains("of-root-alone"), lock::output);
  }

  @Test
  void readsBackWhatItPublished() {
    // A rename that reports success and did nothing.
    Script.Ended ended =
        host.library(
            List.of(),
            "mv() { :; }\npublish_link releases/" + OLD + " \"$APP/current\"\nresult done");
    assertTrue(ended.code() != 0, "a link that was not changed passes for published");
    assertEquals(NEW, host.serves());
  }

  @Test
  void refusesUnitsThatServeAnotherApplicationInTheOlderLayout() {
    deletes(folder.resolve("state"));
    Script.Ended ended = host.library(List.of(), "result '{}'");
    assertEquals(21, ended.code(), ended::output);
    assertTrue(ended.output().contains("has the layout of an earlier version"), ended::output);
    assertTrue(host.has("units/crypto-robot.service"), "what serves");
  }

  @Test
  void refusesASecondApplicationOnOneInstance() {
    host.happened("activated", NEW);
    host.write("state/application", "/opt/first\n");
    Script.Ended ended = host.library(List.of(), "result '{}'");
    assertEquals(21, ended.code(), ended::output);
    assertTrue(ended.output().contains("serves the application in /opt/first"), ended::output);
    assertTrue(ended.output().contains("names " + host.application()), ended::output);
  }

  private static void deletes(Path place) {
    Script.run(List.of("rm", "-rf", place.toString()), java.util.Map.of(), "");
  }

  @Test
  void writesThroughNoLinkWithATemporaryName() {
    Script.Ended ended =
        host.library(
            List.of(),
            """
            cd "$RELEASES/%1$s"
            for name in release.json venv; do ln -s '%2$s/planted' "$name.$BASHPID.new"; done
            ln -sfn '%2$s/planted' .env
            write_file "$PWD/release.json" <<<root-wrote-this
            write_file "$PWD/.env" 600 <<<root-wrote-this
            publish_link ../../venvs/x "$PWD/venv"
            result '{}'
            """
                .formatted(NEW, folder));
    assertEquals(0, ended.code(), ended::output);
    assertFalse(host.has("planted"), () -> "written through a link: " + host.read("planted"));
    assertEquals("root-wrote-this\n", host.read("app/releases/" + NEW + "/release.json"));
    assertFalse(Files.isSymbolicLink(host.release(NEW).resolve(".env")), ".env");
  }

  @Test
  void runsNothingAsTheUserWithAPrivilegeAGroupOrASetting() {
    host.standIn(
        "setpriv",
        "() { printf '%s\\n' \"$@\"; while [[ $1 != -- ]]; do shift; done; shift; \"$@\"; }");
    Script.Ended ended = host.library(List.of(), "as_user env");
    List<String> said = ended.output().lines().toList();
    for (String wanted :
        List.of(
            "--clear-groups",
            "--no-new-privs",
            "--bounding-set=-all",
            "--inh-caps=-all",
            "--ambient-caps=-all",
            "HOME=" + folder.resolve("lib/home"))) {
      assertTrue(said.contains(wanted), () -> wanted + " is not in " + said);
    }
    assertEquals(List.of(), host.names("lib/home"), "what is in that home");
  }

  /** What opens, gives away or makes a file by a name that another user may have chosen. */
  @Test
  void noStepUsesAnUnsafeForm() throws IOException {
    var unsafe =
        List.of(
            // Follows a link in the last part of the path.
            Pattern.compile("(?<!: )\\bchown (?!(-R )?-h )"),
            Pattern.compile("\\bchgrp (?!-R )"),
            // What lies in these is another user's: only write_file and publish_link put something
            // there.
            Pattern.compile(">+ *\"?\\$\\{?(RELEASE|RELEASES|mirror)\\b"),
            Pattern.compile(
                ">+ *\"?\\$\\{?APP(:\\?)?}?/(releases|venvs|shared|mirror|certificates)\\b"),
            Pattern.compile(
                "\\b(cp|install|tee|touch|mkdir)\\b.* \"\\$RELEASES?\\b[^\"]*/\\.?[a-z]"),
            // Root reads there as that user, or through manifest.py and env_file.py.
            Pattern.compile("(?<!as_user )\\bcat \"\\$RELEASES?[/\"]"),
            Pattern.compile("< *\"\\$RELEASES?[/\"]|json\\.load\\(open\\([^)]*release"),
            // A name that can be foreseen.
            Pattern.compile("(?<!APP/\\.new/\\$\\{1##\\*/}\\.|=\\$1\\.)\\$BASHPID\\.new"),
            Pattern.compile("O_CREAT(?!.*O_(EXCL|NOFOLLOW))"),
            Pattern.compile("--init-groups"));
    var found = new ArrayList<String>();
    try (var files = Files.walk(Script.HOST)) {
      for (Path file : files.filter(path -> path.toString().matches(".*\\.(sh|py)")).toList()) {
        for (String line : Files.readAllLines(file)) {
          for (Pattern form : unsafe) {
            if (!line.strip().startsWith("#") && form.matcher(line).find()) {
              found.add(file.getFileName() + ": " + line.strip() + "   " + form);
            }
          }
        }
      }
    }
    assertEquals(List.of(), found, () -> String.join("\n", found));
  }
}
