package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Invalid requests: exit code 2, nothing is touched, and the message names the mistake. */
@Tag("instance")
class RequestsTest {

  private enum Wrong {
    UNKNOWN_FIELD("colour", "--set", "colour=blue"),
    WRONG_TYPE("port", "--set", "port=five"),
    PORT_OUT_OF_RANGE("port", "--set", "port=70000"),
    PATH_OUTSIDE("application_path", "--set", "application_path=/opt/../etc"),
    BRANCH_WITH_A_COMMAND("branch", "--branch", "; rm -rf /"),
    URL_WITH_A_PASSWORD(
        "repository_url", "--repository", "https://me:secret@example.com/robot.git"),
    PERSISTENT_PATH_OUTSIDE("persistent_paths", "--set", "persistent_paths=[\"../etc\"]"),
    UNKNOWN_OPERATION("operation", "--set", "operation=explode");

    private final String place;
    private final List<String> arguments;

    Wrong(String place, String... arguments) {
      this.place = place;
      this.arguments = List.of(arguments);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isRefusedBeforeAnythingIsMade(Wrong wrong) {
    String environment = "refused.local";
    var arguments = new ArrayList<>(List.of("deploy", "--environment", environment));
    arguments.addAll(wrong.arguments);
    LocalCommand.run(arguments.toArray(String[]::new)).exits(2).prints(wrong.place);
    var status = LocalCommand.run("status", "--json").exits(0);
    assertTrue(!status.stdout().contains(environment), () -> "an instance was made: " + status);
  }

  @Test
  void wrongUsageIsRefused() {
    LocalCommand.run("deploy", "--nonsense").exits(2);
    LocalCommand.run("nonsense").exits(2);
    LocalCommand.run().exits(2);
    LocalCommand.run("deploy", "--repository", "/nowhere/at/all")
        .exits(2)
        .prints("/nowhere/at/all");
    LocalCommand.run("keys").exits(2).prints("stdin");
    LocalCommand.run("deploy", "--branch", "a", "--revision", "b").exits(2);
  }
}
