package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which packages are asked for, of package managers that only pretend. */
class InstallPythonTest {
  /** An interpreter of another version: what find_python and the check of venv ask it for. */
  private static final String INTERPRETER =
      """
      #!/bin/sh
      case $* in *python_version*) echo 3.12.7 ;; *ensurepip*) [ ! -e "$0.bare" ] ;; esac
      """;

  private static final String INSTALLER =
      """
      #!/bin/sh
      here=${0%%/*}
      echo "$(basename "$0") $*" >>"$here/asked"
      case $* in
        *update*) ;;
        *venv* | *pip*) rm -f "$here/python3.12.bare"; %1$s ;;
        *) %1$s ;;
      esac
      """;

  private static final String BRINGS_IT = "mv \"$here/later\" \"$here/python3.12\"";
  private static final String HAS_NOTHING = "echo 'no such package' >&2; exit 1";

  private static final String STEP =
      """
      set -Eeuo pipefail
      APP=$1 DEPLOYER=$1 WORK=$1 STEP=prepare HOST=$2
      export PATH=$1:/usr/bin:/bin
      mkdir -p "$1/log"
      fail() {
        [ -s "$WORK/failure" ] || printf '1\\n{"failure":"%s","message":"%s"}\\n' "$1" "$2" >"$WORK/failure"
        exit 1
      }
      log() { :; }
      require_pattern() { :; }
      command() { case $2 in $NO_MANAGER) return 1 ;; *) builtin command "$@" ;; esac; }
      host_python() { python3 -IS "$HOST" --module "$@"; }
      to_log() { cat >>"$WORK/log/deploy-release.log"; }
      . "$HOST/lib/redact.sh"
      . "$HOST/lib/tools.sh"
      . "$HOST/lib/python.sh"
      . "$HOST/lib/install-python.sh"
      need_python
      echo "$PYTHON_FULL ${installed[*]}"
      """;

  @TempDir private Path folder;

  @Test
  void asksDnfForThePackageOfAmazonLinux() throws IOException {
    manager("dnf", BRINGS_IT);
    write("later", INTERPRETER);
    assertEquals("3.12.7 python3.12", run("apt-get").output().strip());
    assertEquals("dnf -y -q install python3.12", asked());
  }

  @Test
  void asksAptForTheInterpreterAndItsVenv() throws IOException {
    manager("apt-get", BRINGS_IT);
    write("later", INTERPRETER);
    assertEquals("3.12.7 python3.12", run("dnf").output().strip());
    assertTrue(asked().endsWith("install python3.12 python3.12-venv"), asked());
  }

  @Test
  void addsWhatAnInterpreterThatIsHereLacksForEnvironments() throws IOException {
    manager("apt-get", ":");
    write("python3.12", INTERPRETER);
    write("python3.12.bare", "");
    assertEquals("3.12.7 python3.12-venv", run("dnf").output().strip());
    assertTrue(asked().endsWith("install python3.12-venv"), asked());
  }

  @Test
  void leavesOneThatIsHereAlone() throws IOException {
    write("python3.12", INTERPRETER);
    assertEquals("3.12.7", run("dnf").output().strip());
  }

  @Test
  void refusesWithTheReasonAndWithWhatIsHere() throws IOException {
    manager("apt-get", HAS_NOTHING);
    assertEquals(1, run("dnf").code());
    String failure = Files.readString(folder.resolve("failure"));
    assertTrue(failure.contains("\"PythonMissing\""), failure);
    assertTrue(failure.contains("no such package"), failure);
    assertTrue(failure.matches("(?s).*; here is (\\d\\.\\d+, )*3\\.\\d+\"}\\s*"), failure);
  }

  private void manager(String name, String does) throws IOException {
    write(name, INSTALLER.formatted(does));
  }

  private void write(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    assertTrue(file.toFile().setExecutable(true));
  }

  private String asked() throws IOException {
    return Files.readString(folder.resolve("asked")).strip();
  }

  /**
   * @param absent the package manager this instance does not have
   */
  private Script.Ended run(String absent) {
    return Script.run(
        List.of("bash", "-c", STEP, "bash", folder.toString(), Script.HOST.toString()),
        Map.of("SSM_PythonVersion", "3.12", "NO_MANAGER", absent),
        "");
  }
}
