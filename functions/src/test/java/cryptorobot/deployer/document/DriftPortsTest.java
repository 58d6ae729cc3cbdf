package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which listening process is foreign: never one of a service that was deployed. */
class DriftPortsTest {

  /** One listener, this very process, in a unit of the test's choice. */
  private static final String LOOK =
      """
      import json, os
      from robothost import drift, drift_running
      application, unit, port, user = sys.argv[1:]
      drift.read_manifest = lambda application, release: json.loads(drift.read(os.path.join(application, "releases", release, "release.json")))
      drift_running.said_by = lambda *command: 'LISTEN 0 5 0.0.0.0:%s 0.0.0.0:* users:(("python",pid=%d,fd=3))\\n' % (port, os.getpid())
      drift_running.unit_of = lambda pid: unit
      deployed = drift.Deployed(application, "r1", "drift.local", application, user)
      drift_running.check_ports(deployed)
      for one in deployed.found:
          print(one["said"].replace(str(os.getpid()), "PID") + " | " + one["mend"].replace(str(os.getpid()), "PID"))
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    // The page on its port, a second port of either, and even the page's port in the robot's hands.
    "crypto-webapp.service, 5000, root",
    "crypto-webapp.service, 8080, root",
    "crypto-robot.service,  8080, root",
    "crypto-robot.service,  5000, root",
    // Another user's process on another port is none of this application.
    "nginx.service,         8080, nobody",
  })
  void isNotWhatBelongsToAService(String unit, int port, String user) throws IOException {
    assertEquals("", look(unit, port, user));
  }

  @ParameterizedTest
  @CsvSource({
    "'',                  8080, root,   port 8080 is listened on by process PID",
    "session-1.scope,     8080, root,   port 8080 is listened on by process PID of session-1.scope",
    "crypto-old.service,  8080, root,   port 8080 is listened on by process PID of crypto-old.service",
    "'',                  5000, root,   port 5000 is listened on by process PID",
    "nginx.service,       5000, nobody, 'port 5000 belongs to process PID, which is not the web application'",
  })
  void isWhatTheUserRunsBesideThem(String unit, int port, String user, String said)
      throws IOException {
    assertEquals(said + " | on the instance: kill PID", look(unit, port, user));
  }

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/crypto-robot.service, crypto-robot.service",
    "0::/system.slice/crypto-robot.service/inner, crypto-robot.service",
    "0::/system.slice/system-some.slice/some@1.service, some@1.service",
    // A user may give a unit of his own any name.
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/crypto-robot.service, user@1000.service",
    "0::/user.slice/user-1000.slice/session-1.scope, ''",
  })
  void aServiceIsAUnitOfTheSystem(String group, String unit) {
    String look =
        LOOK.substring(0, LOOK.indexOf("application,"))
            + "drift_running.read = lambda path: sys.argv[1] + '\\n'\nprint(drift_running.unit_of('1'))\n";
    Script.Ended ended = Script.python(look, Map.of(), "", group);
    assertEquals(0, ended.code(), ended::errors);
    assertEquals(unit, ended.output().strip());
  }

  private String look(String unit, int port, String user) throws IOException {
    Path release = Files.createDirectories(folder.resolve("releases/r1"));
    Files.writeString(
        release.resolve("release.json"),
        """
        {"port": 5000, "services": [
          {"name": "crypto-robot", "type": "trading_robot", "enabled": true},
          {"name": "crypto-webapp", "type": "web_application", "enabled": true},
          {"name": "crypto-old", "type": "trading_robot", "enabled": false}]}
        """);
    Script.Ended ended =
        Script.python(LOOK, Map.of(), "", folder.toString(), unit, Integer.toString(port), user);
    assertEquals(0, ended.code(), ended::errors);
    return ended.output().strip();
  }
}
