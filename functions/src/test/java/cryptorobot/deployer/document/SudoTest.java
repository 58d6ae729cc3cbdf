package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lib/sudo.sh}: the rule that takes sudo from the application's user. */
class SudoTest {
  private static final String AMAZON_LINUX = "    (ALL) NOPASSWD: ALL";

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aHostWithSudo() {
    host = new FolderHost(folder);
    host.standIn("visudo", "() { touch \"$FOLDER/asked\"; }");
    host.variable("FOLDER", folder.toString());
    allows(AMAZON_LINUX, "");
  }

  /** What sudo lists: a rule that is read before ours, and one that is read after it. */
  private void allows(String before, String after) {
    host.standIn(
        "sudo",
        """
        () { case $* in
        *'-U ec2-user') echo 'Matching Defaults entries for ec2-user:'; printf '%%s\\n' '%s'
          [[ ! -f $FOLDER/sudoers.d/zzz-crypto-robot-deployer ]] || echo '    (ALL : ALL) !ALL'
          printf '%%s\\n' '%s' ;;
        *) [[ ! -f $FOLDER/sudoers.d/zzz-crypto-robot-deployer || -n '%s' ]] ;; esac
        }"""
            .formatted(before, after, after));
  }

  private Script.Ended taken() {
    return host.library(List.of("sudo.sh"), "take_sudo_away\nresult \"$(json_string \"$sudo\")\"");
  }

  @Test
  void takesItAwayByTheLastRuleAndSaysSo() {
    Script.Ended ended = taken();
    assertEquals(0, ended.code(), ended::output);
    assertTrue(
        host.read("sudoers.d/zzz-crypto-robot-deployer").endsWith("ec2-user ALL=(ALL:ALL) !ALL\n"));
    assertTrue(host.has("asked"), "visudo was asked");
    assertTrue(ended.output().contains("ec2-user may not use sudo"), ended::output);
    assertTrue(ended.output().contains("aws ssm start-session"), ended::output);
    assertTrue(taken().output().contains("ec2-user may not use sudo"), "said again");
  }

  @Test
  void putsNoRuleInPlaceThatVisudoRefuses() {
    host.standIn("visudo", "() { return 1; }");
    Script.Ended ended = taken();
    assertTrue(ended.output().contains("HostUnfit"), ended::output);
    assertFalse(host.has("sudoers.d/zzz-crypto-robot-deployer"), "the rule");
  }

  @Test
  void namesARuleThatIsReadAfterOurs() {
    allows(AMAZON_LINUX, "    (root) /usr/bin/vi");
    Script.Ended ended = taken();
    assertTrue(ended.output().contains("HostUnfit"), ended::output);
    assertTrue(ended.output().contains("(root) /usr/bin/vi"), ended::output);
  }

  @Test
  void changesNothingWhereTheUserHasNoRight() {
    host.standIn("sudo", "() { echo 'User ec2-user is not allowed to run sudo on x.'; }");
    assertEquals("\"\"", taken().output().strip());
    assertFalse(host.has("sudoers.d/zzz-crypto-robot-deployer"), "a rule");
  }
}
