package cryptorobot.deployer.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder in place of an instance: host steps run on it as Systems Manager would get them, and
 * their libraries piece by piece. What needs root or systemd is stood in for, and what systemd is
 * asked is kept in its order.
 */
final class FolderHost {
  static final String OWNER = "arn:aws:states:eu-west-1:000000000000:execution:deploy:this";
  static final String OLD = "20260101T000000Z-aaaaaaa";
  static final String NEW = "20260202T000000Z-bbbbbbb";

  // Functions handed on in the environment: they stand before programs of the same name.
  private static final Map<String, String> STAND_INS =
      Map.of(
          "systemctl",
          """
          () { printf '%s, serving %s\\n' "$*" "$(readlink "$SSM_ApplicationPath/current")" >>"$CALLS"
          case "$*" in *ActiveState*--value*) echo inactive ;; show*) [[ $* == *Id* ]] || echo ActiveState=inactive ;; esac
          }""",
          "chown",
          "() { :; }",
          "logger",
          "() { :; }",
          "setpriv",
          "() { while [[ $1 != -- ]]; do shift; done; shift; \"$@\"; }",
          "unshare",
          "() { while [[ $1 != -- ]]; do shift; done; shift; \"$@\"; }",
          "systemd-run",
          "() { while [[ $1 != -- ]]; do shift; done; shift; \"$@\"; }",
          "install",
          """
          () { local kept=()
          while (($#)); do case $1 in -o | -g) shift ;; *) kept+=("$1") ;; esac; shift; done
          command install "${kept[@]}"
          }""");

  private static final HostProgram PROGRAM = new HostScripts(Script.HOST, Script.UNITS).program();

  private static final String VERSION = PROGRAM.version();

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  FolderHost(Path folder) {
    this.folder = folder;
    STAND_INS.forEach(this::standIn);
    environment.put("CALLS", folder.resolve("calls").toString());
    environment.put("IN_STEP_UNIT", "crypto-robot-step-test");
    environment.put("RUNTIME_DIRECTORY", make("run").toString());
    with("ApplicationPath", application().toString());
    with("Owner", OWNER).with("Generation", "7").with("Phase", "40").with("Environment", "x.local");
    with("Containers", "keep").with("PersistentPaths", "[\"data\"]");
    for (String place :
        List.of(
            "units",
            "lib",
            "app/releases",
            "app/venvs",
            "app/shared",
            "state/releases",
            "state/log")) {
      make(place);
    }
    write("state/application", application() + "\n");
    make("app/certificates/.versions");
    locked(OWNER, 7, 20);
  }

  Path application() {
    return folder.resolve("app");
  }

  Path units() {
    return folder.resolve("units");
  }

  Path release(String id) {
    return application().resolve("releases").resolve(id);
  }

  FolderHost with(String setting, String value) {
    environment.put("SSM_" + setting, value);
    return this;
  }

  FolderHost variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Steps begin outside their unit, as the agent starts them. */
  FolderHost outside() {
    environment.remove("IN_STEP_UNIT");
    return this;
  }

  FolderHost locked(String owner, int generation, int phase) {
    write(
        "state/lock",
        """
        {"owner":"%s","generation":%d,"phase":%d,"since":"2026-01-01T00:00:00Z","lifetime":"execution","boot_id":"b"}
        """
            .formatted(owner, generation, phase));
    return this;
  }

  /** Has a shell function stand in for a program. */
  FolderHost standIn(String program, String body) {
    environment.put("BASH_FUNC_" + program + "%%", body);
    return this;
  }

  /** A whole release with an environment of its own; nothing says it is good. */
  FolderHost finished(String id) {
    String hash = "hash-of-" + id;
    write("app/releases/" + id + "/release.json", manifest(id));
    write("app/releases/" + id + "/requirements.txt", "flask==3.1.0\n");
    write("app/venvs/" + hash + "/bin/python", "");
    folder.resolve("app/venvs/" + hash + "/bin/python").toFile().setExecutable(true);
    link("app/releases/" + id + "/venv", "../../venvs/" + hash);
    write("state/releases/" + id + "/links", "venv venvs/" + hash + "\n");
    write(
        "state/releases/" + id + "/units/crypto-robot.service",
        "# Installed by the crypto robot deployer; the next deployment overwrites changes.\n"
            + "# Type: trading_robot\n[Service]\nExecStart="
            + id
            + "\n");
    return this;
  }

  /** What inject-keys writes about a release. */
  String manifest(String id) {
    return """
        {"release":"%1$s","revision":"%2$s","branch":"main","repository_url":"https://git.local/robot",\
        "subject":"Trade","created_at":"2026-01-01T00:00:00Z","finished_at":"2026-01-01T00:00:00Z",\
        "python_version":"3.11","python":"/usr/bin/python3.11","python_full_version":"3.11.2",\
        "environment_hash":"hash-of-%1$s","virtual_env_path":"%3$s/venv","requirements_sha256":"%4$s",\
        "env_base_sha256":"%4$s","units_sha256":"%4$s","units_digest":"0123456789ab","services":[{"name":\
        "crypto-robot","type":"trading_robot","command":"python main.py","enabled":true,"heartbeat_file":\
        "data/heartbeat","max_age_seconds":60},{"name":"crypto-webapp","type":"web_application",\
        "command":"python app.py","enabled":true}],"port":5000,"health_path":"/health",\
        "persistent_paths":["data"],"mode":"live","keys_version":"v1","protocol":"https",\
        "certificate_hostname":"x.local","certificate_version":"c1",\
        "certificate_not_after":"2027-01-01T00:00:00Z","execution":"%5$s"}
        """
        .formatted(id, "0".repeat(40), application(), "f".repeat(64), OWNER);
  }

  /** A whole release that was confirmed, the newest so far. */
  FolderHost good(String id) {
    finished(id);
    happened("confirmed", id);
    return this;
  }

  FolderHost happened(String event, String id) {
    String line =
        "{\"at\":\"2026-01-01T00:00:00Z\",\"event\":\"%s\",\"release\":\"%s\",\"previous\":\"\"}\n"
            .formatted(event, id);
    write("state/history.jsonl", read("state/history.jsonl") + line);
    return this;
  }

  FolderHost serving(String id) {
    link("app/current", "releases/" + id);
    write(
        "units/crypto-robot.service", read("state/releases/" + id + "/units/crypto-robot.service"));
    return this;
  }

  /** The release {@code current} leads to, or nothing. */
  String serves() {
    Path current = application().resolve("current");
    try {
      return Files.isSymbolicLink(current)
          ? Files.readSymbolicLink(current).getFileName().toString()
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What systemd was asked, in order, each with what served at that moment. */
  List<String> asked() {
    return read("calls").lines().filter(line -> !line.startsWith("show")).toList();
  }

  boolean has(String file) {
    return Files.exists(folder.resolve(file), java.nio.file.LinkOption.NOFOLLOW_LINKS);
  }

  /** Runs a whole step, in the version of the program that was installed. */
  Script.Ended run(String step) {
    program();
    with("Program", VERSION);
    String script = Script.of(new HostScripts(Script.HOST, Script.UNITS).document(step));
    boolean isInUnit = environment.containsKey("IN_STEP_UNIT");
    return bash(isInUnit ? script.replaceFirst(" seconds=\\d+", " seconds=") : script);
  }

  /** Runs some commands with functions of the library. */
  Script.Ended library(List<String> files, String commands) {
    var text = new StringBuilder("readonly STEP=test STEP_TIMEOUT=60\n");
    text.append("readonly PROGRAM='").append(program()).append("'\n");
    text.append(Script.file("program.sh"))
        .append(Script.file("redact.sh"))
        .append(Script.file("lib.sh"));
    files.forEach(file -> text.append(Script.file(file)));
    return bash(text.append(commands).toString());
  }

  /** The program's folder of this host. */
  private Path program() {
    Path program = folder.resolve("lib/versions").resolve(VERSION);
    if (!Files.isDirectory(program)) {
      PROGRAM
          .files()
          .forEach((file, text) -> write(folder.relativize(program) + "/" + file, moved(text)));
    }
    return program;
  }

  private Script.Ended bash(String script) {
    write("script", moved(script));
    return Script.run(List.of("bash", folder.resolve("script").toString()), environment, "");
  }

  /** Places that are the machine's own lie in the folder too. */
  private String moved(String script) {
    return script
        .replace("/etc/systemd/system", units().toString())
        .replace("/etc/pip.conf", folder.resolve("pip.conf").toString())
        .replace("/etc/crypto-robot-index.netrc", folder.resolve("index.netrc").toString())
        .replace("/usr/local/lib/crypto-robot-deployer", folder.resolve("lib").toString())
        .replace(Script.STATE, folder.resolve("state").toString())
        .replace("/etc/sudoers.d", folder.resolve("sudoers.d").toString())
        .replace("mktemp -d /run/crypto-robot", "mktemp -d " + folder.resolve("run/work"));
  }

  String read(String file) {
    try {
      Path path = folder.resolve(file);
      return Files.exists(path) ? Files.readString(path) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String file, String content) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void link(String link, String target) {
    try {
      Files.deleteIfExists(folder.resolve(link));
      Files.createSymbolicLink(folder.resolve(link), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path make(String place) {
    try {
      return Files.createDirectories(folder.resolve(place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The releases that are there, by name. */
  List<String> releases() {
    return names("app/releases");
  }

  List<String> names(String place) {
    try (var entries = Files.list(folder.resolve(place))) {
      var names = new ArrayList<String>();
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
      names.sort(null);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
