package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents that install the host program, run on a folder as an instance would. */
class InstallProgramTest {
  private static final HostScripts SCRIPTS = new HostScripts(Script.HOST, Script.UNITS);
  private static final HostProgram PROGRAM = SCRIPTS.program();
  private static final List<String> PARTS = scripts(SCRIPTS);

  @TempDir Path folder;

  private static List<String> scripts(HostScripts scripts) {
    return scripts.installers().stream().map(Script::of).toList();
  }

  private Path store() {
    return folder.resolve("store");
  }

  private Path version() {
    return store().resolve("versions").resolve(PROGRAM.version());
  }

  private Script.Ended run(String script) {
    return Script.run(
        List.of("bash", "-c", script.replace("/usr/local/lib/crypto-robot-deployer", store() + "")),
        Map.of(),
        "");
  }

  private void installs(String script) {
    Script.Ended ended = run(script);
    assertEquals(0, ended.code(), ended.output() + ended.errors());
  }

  /** Path → content of everything below the version's folder, without the compiled modules. */
  private Map<String, String> installed() throws IOException {
    var files = new TreeMap<String, String>();
    try (var all = Files.walk(version())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.toString().endsWith(".pyc")) {
          files.put(version().relativize(file).toString(), Files.readString(file));
        }
      }
    }
    return files;
  }

  private static String compiled(String module) {
    return module.replaceFirst("([^/]+)\\.py$", "__pycache__/$1.cpython-");
  }

  @Test
  void compilesEveryModule() throws IOException {
    PARTS.forEach(this::installs);
    List<String> files;
    try (var all = Files.walk(version())) {
      files = all.map(file -> version().relativize(file).toString()).toList();
    }
    for (String module : PROGRAM.files().keySet()) {
      if (module.endsWith(".py")) {
        assertTrue(
            files.stream().anyMatch(file -> file.startsWith(compiled(module))),
            () -> module + " is not compiled: " + files);
      }
    }
  }

  private List<String> versions() throws IOException {
    try (var all = Files.list(store().resolve("versions"))) {
      return new ArrayList<>(new TreeSet<>(all.map(one -> one.getFileName().toString()).toList()));
    }
  }

  @Test
  void thereAreSeveralParts() {
    assertTrue(PARTS.size() > 1, "the tests below need an installation that can be interrupted");
  }

  @Test
  void installsTheWholeProgramOnceAllPartsAreThere() throws IOException {
    for (int part = 0; part < PARTS.size(); part++) {
      assertFalse(Files.exists(version()), "the version is there before its last part");
      installs(PARTS.get(part));
    }
    assertEquals(PROGRAM.files(), installed());
    assertTrue(Files.notExists(store().resolve("parts").resolve(PROGRAM.version())));
  }

  @Test
  void changesNothingWhenItComesTwiceOrLate() throws IOException {
    PARTS.forEach(this::installs);
    FileTime before = Files.getLastModifiedTime(version());
    Script.Ended late = run(PARTS.getFirst());
    assertEquals(
        "{\"version\":\"%s\",\"installed\":true}\n".formatted(PROGRAM.version()), late.output());
    assertEquals(before, Files.getLastModifiedTime(version()));
    assertEquals(PROGRAM.files(), installed());
  }

  @Test
  void takesThePartsInAnyOrderAndEachAsOftenAsItComes() throws IOException {
    PARTS
        .reversed()
        .forEach(
            part -> {
              installs(part);
              installs(part);
            });
    assertEquals(PROGRAM.files(), installed());
  }

  @Test
  void installsOnceWhenAllPartsComeAtTheSameTimeTwice() throws IOException {
    var all = new ArrayList<CompletableFuture<Script.Ended>>();
    for (int round = 0; round < 2; round++) {
      PARTS.forEach(part -> all.add(CompletableFuture.supplyAsync(() -> run(part))));
    }
    for (var one : all) {
      assertEquals(0, one.join().code(), one.join().output() + one.join().errors());
    }
    assertEquals(PROGRAM.files(), installed());
  }

  /** Killed while it unpacked: what is left of that is not the version, and is replaced. */
  @Test
  void startsAgainAfterAnInstallationThatWasKilled() throws IOException {
    Path unfinished = store().resolve("versions").resolve("." + PROGRAM.version());
    Files.createDirectories(unfinished.resolve("robothost"));
    Files.writeString(unfinished.resolve("robothost/fetch.py"), "half of it");
    Path parts = Files.createDirectories(store().resolve("parts").resolve(PROGRAM.version()));
    Files.writeString(parts.resolve("1.new"), "half of a part");
    PARTS.forEach(this::installs);
    assertEquals(PROGRAM.files(), installed());
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void installsNothingThatDoesNotHaveTheHashOfTheVersion() throws IOException {
    Path parts = Files.createDirectories(store().resolve("parts").resolve(PROGRAM.version()));
    PARTS.subList(0, PARTS.size() - 1).forEach(this::installs);
    Files.writeString(parts.resolve("1"), "something else");
    Script.Ended ended = run(PARTS.getLast());
    assertEquals(21, ended.code());
    assertTrue(
        ended
            .output()
            .startsWith(
                "{\"failure\":\"HostUnfit\",\"message\":\"the host program cannot be installed:"
                    + " its parts do not have the SHA-256 "),
        ended.output());
    assertFalse(Files.exists(version()));
    PARTS.forEach(this::installs);
    assertEquals(PROGRAM.files(), installed(), "the same parts can be sent again");
  }

  @Test
  void failsWithTheReasonWhereItCannotWrite() throws IOException {
    Files.writeString(folder.resolve("store"), "a file");
    Script.Ended ended = run(PARTS.getFirst());
    assertEquals(21, ended.code());
    assertTrue(ended.output().startsWith("{\"failure\":\"HostUnfit\""), ended.output());
  }

  @Test
  void keepsTheThreeNewestVersionsAndThoseInUse() throws Exception {
    List<String> old =
        List.of("a", "b", "c", "d", "e").stream().map(one -> one.repeat(64)).toList();
    for (int i = 0; i < old.size(); i++) {
      Path version = Files.createDirectories(store().resolve("versions").resolve(old.get(i)));
      Files.setLastModifiedTime(version, FileTime.from(Instant.EPOCH.plusSeconds(i)));
    }
    Files.writeString(store().resolve("settle"), "declare -r PROGRAM=\"…/" + old.get(0) + "\"\n");
    Files.writeString(store().resolve("crash"), "exec python3 …/" + old.get(2) + "\n");
    Process running =
        new ProcessBuilder("bash", "-c", "read -r _", store() + "/versions/" + old.get(1)).start();
    try {
      PARTS.forEach(this::installs);
    } finally {
      running.destroy();
      running.waitFor();
    }
    List<String> kept =
        new ArrayList<>(List.of(old.get(0), old.get(1), old.get(2), old.get(3), old.get(4)));
    kept.add(PROGRAM.version());
    kept.sort(null);
    assertEquals(kept, versions());
  }
}
