package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A robot's repository, at first a copy of the sample. Each method that changes it makes a commit
 * on {@code main} and returns its id.
 */
final class Robot {
  private final Path folder;
  private int changes;

  private Robot(Path folder) {
    this.folder = folder;
  }

  /** A repository in a folder, with one good commit. */
  static Robot in(Path folder) {
    return copied(LocalCommand.home().resolve("scripts/sample-app"), folder);
  }

  /** One of {@code robots/} among the resources of the tests, in a repository of its own. */
  static Robot named(String name, Path folder) {
    return copied(
        LocalCommand.home().resolve("scripts/test.d/src/test/resources/robots").resolve(name),
        folder);
  }

  private static Robot copied(Path from, Path folder) {
    var robot = new Robot(folder);
    robot.copy(from);
    robot.git("init", "--quiet", "--initial-branch=main");
    robot.commit("Start trading");
    return robot;
  }

  String path() {
    return folder.toString();
  }

  String head() {
    return git("rev-parse", "HEAD");
  }

  /** A change that does no harm. */
  String improves() {
    return improves("Improve it, number " + (changes + 1));
  }

  /** A change that does no harm, under a subject of its own. */
  String improves(String subject) {
    write("CHANGES", "improvement " + ++changes + "\n");
    return commit(subject);
  }

  /** A file beside the sample's. */
  String adds(String file, String content) {
    write(file, content);
    return commit("Add " + file);
  }

  /** A change that does no harm and requires the packages to be installed again. */
  String improvesWithOtherPackages() {
    String mark = "# the other environment\n";
    String before = read("requirements.txt");
    write("requirements.txt", before.endsWith(mark) ? before.replace(mark, "") : before + mark);
    return improves();
  }

  /** The next commit needs a virtual environment that was never built. */
  String improvesWithNewPackages() {
    write("requirements.txt", read("requirements.txt") + "# one more environment\n");
    return improves();
  }

  /** One more line of requirements. */
  String alsoRequires(String requirement) {
    write("requirements.txt", read("requirements.txt") + requirement + "\n");
    return commit("Require " + requirement);
  }

  /**
   * From now on a robot that finds another one running records it in {@code data/twice}. A robot
   * that is alone writes its process and a digest of its mode and key to {@code data/started}.
   */
  String recordsItsStarts() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        """
            import fcntl
            alone = open("data/alone", "w")
            try:
                fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                with open("data/twice", "a") as twice:
                    print(os.getpid(), "in", os.getcwd(), "is not alone", file=twice)
            else:
                given = "".join(os.environ.get(name, "") for name in ("ROBOT_MODE", "BINANCE_API_KEY"))
                with open("data/started", "w") as file:
                    print(os.getpid(), hashlib.sha256(given.encode()).hexdigest(), file=file)
        """);
    return commit("Record starts");
  }

  /** At its start it writes its mode, and digests of the secrets that it has, to a file. */
  String recordsWhatItIsGiven(String record, String secretFile) {
    String code =
        """
        def given():
            import json
            found = {"pid": os.getpid(), "mode": os.environ.get("DRY_RUN", "")}
            token, path = os.environ.get("CHANNEL", ""), Path("%s")
            file = path.read_bytes() if path.exists() else b""
            for name, secret in (("token", token.encode()), ("file", file)):
                found[name] = hashlib.sha256(secret).hexdigest() if secret else ""
            Path("%s").write_text(json.dumps(found))


        given()
        """;
    insertBefore("main.py", "SYMBOL = \"BTCUSDT\"\n", code.formatted(secretFile, record));
    return commit("Record what it is given");
  }

  /** The robot divides by zero before it trades. */
  String crashesAtStart() {
    insertBefore("main.py", "    stopping = threading.Event()", "    print(1 / 0)\n");
    return commit("Crash at start");
  }

  /** The robot ignores the signal to end. */
  String ignoresSigterm() {
    insertBefore(
        "main.py",
        "    return trade(",
        """
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
        """);
    return commit("Never end");
  }

  /** The robot ends at once while the file {@code data/faulty} exists. */
  String endsWhileItIsFaulty() {
    insertBefore(
        "main.py",
        "    return trade(",
        """
            if os.path.exists("data/faulty"):
                sys.exit("the robot is faulty")
        """);
    return commit("Be faulty now and then");
  }

  /** While the file {@code data/only} exists, the web application accepts only that certificate. */
  String wantsOneCertificateOnly() {
    insertBefore(
        "app.py",
        "    port = int(",
        """
            import hashlib
            only = Path("data/only")
            if only.exists():
                served = hashlib.sha256(Path(os.environ["SSL_CERT_PATH"]).read_bytes()).hexdigest()
                if served != only.read_text().strip():
                    sys.exit("not this certificate")
        """);
    return commit("Be choosy");
  }

  /** The web application listens, and answers everything with an error. */
  String answers500() {
    insertBefore(
        "app.py", "    return jsonify(", "    raise ValueError('the books do not balance')\n");
    return commit("Answer 500");
  }

  /** The web application runs, and listens nowhere. */
  String neverListens() {
    insertBefore("app.py", "    port = int(", "    import threading; threading.Event().wait()\n");
    return commit("Never listen");
  }

  /** The robot works for three seconds. */
  String endsAfterThreeSeconds() {
    insertBefore(
        "main.py",
        "    return trade(",
        """
            import os as system
            def end():
                print("ran out of money", file=sys.stderr, flush=True)
                system._exit(7)
            threading.Timer(3, end).start()
        """);
    return commit("End after three seconds");
  }

  /** At their start both programs try what they may not do and write the results to their data. */
  String probes() {
    write("probe.py", resource("/robot/probe.py"));
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        "    import probe; probe.look('crypto-robot')\n");
    insertBefore("app.py", "    port = int(", "    import probe; probe.look('crypto-webapp')\n");
    return commit("Try what is not allowed");
  }

  /**
   * One of its packages is built from source, and its build does what {@code build_hook.py} defines
   * for these stories.
   */
  String isBuiltBy(boolean fails, String... stories) {
    String version = "1." + ++changes;
    String attack =
        """
        {"stories": ["%s"], "fails": %s, "version": "%s", "number": "EUID[$(id >/root/pwned)]"}
        """
            .formatted(String.join("\", \"", stories), fails, version);
    write("attack.json", attack);
    write("build_hook.py", resource("/robot/build_hook.py"));
    String requirements = read("requirements.txt").replaceAll("(?s)--find-links.*", "");
    write("requirements.txt", requirements + "--find-links wheels\ntaken-over==" + version + "\n");
    return changedBy(
        """
        name=taken_over-%1$s
        rm -rf wheels $name && mkdir -p wheels $name
        mv attack.json build_hook.py $name
        printf '[project]\nname = "taken-over"\nversion = "%1$s"\n[build-system]\nrequires = []\nbuild-backend = "build_hook"\nbackend-path = ["."]\n' >$name/pyproject.toml
        printf 'Metadata-Version: 2.1\nName: taken-over\nVersion: %1$s\n' >$name/PKG-INFO
        tar --create --gzip --file wheels/$name.tar.gz $name
        rm -r $name
        """
            .formatted(version),
        "Use a package that was taken over");
  }

  /** One of its packages brings a program {@code python} of its own, which records each start. */
  String bringsItsOwnInterpreter() {
    String version = "1." + ++changes;
    String requirements = read("requirements.txt").replaceAll("(?s)--find-links.*", "");
    write("requirements.txt", requirements + "--find-links wheels\nown-python==" + version + "\n");
    return changedBy(
        """
        name=own_python-%1$s
        rm -rf wheels $name.* && mkdir -p wheels $name.data/scripts $name.dist-info
        cat >$name.data/scripts/python <<'END'
        #!/bin/sh
        id -un >>/tmp/own-python-ran 2>/dev/null
        cd / && sleep 600 >/dev/null 2>&1 </dev/null &
        exec "${0%%/*}/python3.11" "$@"
        END
        chmod +x $name.data/scripts/python
        printf 'Metadata-Version: 2.1\nName: own-python\nVersion: %1$s\n' >$name.dist-info/METADATA
        printf 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n' >$name.dist-info/WHEEL
        : >$name.dist-info/RECORD
        python3 -m zipfile -c wheels/$name-py3-none-any.whl $name.data $name.dist-info
        rm -r $name.data $name.dist-info
        """
            .formatted(version),
        "Bring an interpreter");
  }

  /** The robot reads for as long as it runs whatever it can of the steps of the deployer. */
  String looksForTheLogin() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        """
            import glob
            def look():
                while True:
                    # A folder that cannot be listed may have one with a name that is known.
                    for path in glob.glob("/run/crypto-robot-*/git/*") + glob.glob("/run/crypto-robot-*/**", recursive=True):
                        try:
                            with open(path, "rb") as file:
                                content = file.read()
                        except OSError:
                            continue
                        with open("data/stolen", "ab") as stolen:
                            stolen.write(path.encode() + b" " + content)
            threading.Thread(target=look, daemon=True).start()
        """);
    return commit("Look for the login");
  }

  /** The robot prints a key in several forms, and ends. */
  String printsItsSecrets() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        """
            import base64
            key = os.environ["BINANCE_SECRET_KEY"]
            print("the key is", key, "or", base64.b64encode(key.encode()).decode(), flush=True)
            sys.exit("ran out of money")
        """);
    return commit("Print secrets");
  }

  /** The robot ends with an error that names its key, as a program of its own would. */
  String endsWithItsKey() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        "    raise ValueError(\"cannot sign with \" + os.environ[\"BINANCE_API_KEY\"])\n");
    return commit("End with its key");
  }

  /**
   * The robot puts its key with a line break behind it into a header: the library refuses and
   * quotes it.
   */
  String endsWithItsKeyInAHeader() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        """
            import http.client
            connection = http.client.HTTPConnection("127.0.0.1", 9)
            connection.putrequest("GET", "/", skip_host=True)
            connection.putheader("X-MBX-APIKEY", " " + os.environ["BINANCE_SECRET_KEY"] + "\\n")
        """);
    return commit("End with its key in a header");
  }

  /**
   * The robot is healthy. When the file {@code data/print} exists, it prints its keys, a token that
   * is in no setting and the private key of the certificate line by line, and ends with the token.
   */
  String printsItsSecretsLate(String token) {
    // Backwards, so that the commit itself does not have it.
    String reversed = new StringBuilder(token).reverse().toString();
    insertBefore(
        "main.py",
        "    return trade(",
        """
            def print_secrets():
                while not os.path.exists("data/print"):
                    time.sleep(0.2)
                os.unlink("data/print")
                token = "%s"[::-1]
                print("keys", os.environ["BINANCE_API_KEY"], os.environ["BINANCE_SECRET_KEY"])
                print("https://api.telegram.org/bot" + token + "/getMe")
                for line in open(os.environ["SSL_KEY_PATH"]):
                    print(line, end="", flush=True)
                    time.sleep(0.01)
                print("RuntimeError: the token " + token + " of " + os.environ["BINANCE_API_KEY"] + " was rejected", flush=True)
                os._exit(3)
            threading.Thread(target=print_secrets, daemon=True).start()
        """
            .formatted(reversed));
    return commit("Print its secrets late");
  }

  /** The robot ends after SIGTERM with a status of its own, as after an interrupt. */
  String endsAStopWith130() {
    insertBefore(
        "main.py",
        "    return trade(",
        """
            def interrupted(*_):
                print("SIGTERM received, stopping in order", flush=True)
                os._exit(130)
            signal.signal(signal.SIGTERM, interrupted)
        """);
    return commit("End a stop with 130");
  }

  /** The robot trades and writes no heartbeat. */
  String writesNoHeartbeat() {
    write("main.py", read("main.py").replace("        HEARTBEAT.touch()\n", ""));
    return commit("Never beat");
  }

  /** The web application answers in turn correctly and with an error. */
  String flaps() {
    insertBefore(
        "app.py",
        "    return jsonify(",
        """
            app.requests = getattr(app, "requests", 0) + 1
            if app.requests % 2:
                raise ValueError("now well, now not")
        """);
    return commit("Flap");
  }

  /** The robot ignores the signal to end, and the web application answers with an error. */
  String neitherWorksNorEnds() {
    insertBefore(
        "main.py",
        "    stopping = threading.Event()",
        "    signal.signal = lambda *_: None\n    import ctypes; ctypes.CDLL(None).signal(15, ctypes.c_void_p(1))\n");
    return answers500();
  }

  /** Its requirements cannot be read. */
  String hasInvalidRequirements() {
    write("requirements.txt", read("requirements.txt") + "=== ===\n");
    return commit("Require nonsense");
  }

  /** It requires a package that does not exist. */
  String requiresAnUnknownPackage() {
    write("requirements.txt", read("requirements.txt") + "no-such-package-anywhere>=1.0\n");
    return commit("Require a package that does not exist");
  }

  /** A shell script changes its files. */
  String changedBy(String script, String subject) {
    run(List.of("bash", "-ec", "cd \"$1\"; " + script, "bash", folder.toString()));
    return commit(subject);
  }

  /** Restores the files of an earlier commit, as a new commit. */
  String revertsTo(String commit) {
    git("rm", "--quiet", "-r", "--cached", ".");
    git("clean", "--quiet", "-ffdx");
    git("checkout", "--quiet", commit, "--", ".");
    return commit("Restore " + commit);
  }

  private void insertBefore(String file, String line, String code) {
    String before = read(file);
    assertEquals(2, before.split(java.util.regex.Pattern.quote(line), -1).length, line);
    write(file, before.replace(line, code.indent(0) + line));
  }

  private String commit(String subject) {
    git("add", "--all");
    git(
        "-c",
        "user.name=tester",
        "-c",
        "user.email=tester@localhost",
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        subject);
    return head();
  }

  private String git(String... arguments) {
    var command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertEquals(0, process.waitFor(), () -> command + ": " + output);
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void copy(Path from) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (var in = Robot.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String file, String content) {
    try {
      Files.writeString(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
