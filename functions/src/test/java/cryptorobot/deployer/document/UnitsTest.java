package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code robothost/units.py}: the units of a release. */
class UnitsTest {
  private static final String PERSISTENT_PATHS = "[\"data\", \"logs\", \"state/robot.db\"]";

  @TempDir Path folder;
  private Path environment;
  private Path output;

  @BeforeEach
  void makeAnEnvironment() throws IOException {
    environment = folder.resolve("venvs/0123");
    Path python = Files.createDirectories(environment.resolve("bin")).resolve("python");
    Files.writeString(python, "");
    assertTrue(python.toFile().setExecutable(true));
    output = Files.createDirectories(folder.resolve("units"));
  }

  private Script.Ended render(String services, String port) {
    return Script.module(
        "units",
        Map.of("SSM_Services", services, "SSM_Port", port, "SSM_PersistentPaths", PERSISTENT_PATHS),
        "",
        folder.resolve("app").toString(),
        environment.toString(),
        Script.UNITS.toString(),
        output.toString());
  }

  private static String service(String name, String type, String command) {
    return "{\"name\":\"%s\",\"type\":\"%s\",\"command\":\"%s\",\"enabled\":true}"
        .formatted(name, type, command);
  }

  private List<String> unit(String services, String port, String name) throws IOException {
    Script.Ended ended = render(services, port);
    assertEquals(0, ended.code(), ended.errors());
    return Files.readAllLines(output.resolve(name));
  }

  @Test
  void runsTheCommandWithTheReleasesEnvironmentAndNoShell() throws IOException {
    List<String> unit =
        unit(
            "["
                + service("crypto-webapp", "web_application", "python app.py --x '50% of $A'")
                + "]",
            "8443",
            "crypto-webapp.service");

    assertTrue(
        unit.contains("ExecStart=" + environment + "/bin/python app.py --x \"50%% of $$A\""),
        unit.toString());
    assertTrue(unit.contains("Environment=PORT=8443"), unit.toString());
    assertTrue(unit.contains("WorkingDirectory=" + folder + "/app/current"), unit.toString());
    assertTrue(unit.contains("CapabilityBoundingSet="), "a high port needs no capability");
    assertFalse(
        unit.stream().anyMatch(line -> !line.startsWith("#") && line.contains("/opt/crypto-robot")),
        "a default path is left: " + unit);
  }

  @Test
  void makesOnlyWhatOutlivesAReleaseWritable() throws IOException {
    Path shared = folder.resolve("app/shared");
    Files.createDirectories(shared.resolve("data"));
    // What is on the disk is the robot's word.
    Files.createDirectories(shared.resolve("state"));
    Files.createSymbolicLink(shared.resolve("state/robot.db"), folder);
    Files.createDirectories(shared.resolve("of-another-robot"));

    List<String> unit =
        unit(
            "[" + service("crypto-robot", "trading_robot", "python main.py") + "]",
            "5000",
            "crypto-robot.service");

    assertEquals(
        List.of(
            "ReadWritePaths=-%1$s/data -%2$s/data -%1$s/logs -%2$s/logs -%1$s/state/robot.db -%2$s/state/robot.db"
                .formatted(shared, shared.resolve(".deployer-files"))),
        unit.stream().filter(line -> line.startsWith("ReadWritePaths")).toList());
    assertTrue(unit.contains("ProtectSystem=strict"), unit.toString());
  }

  @ParameterizedTest
  @CsvSource({"trading_robot, 5000", "web_application, 5000", "web_application, 443"})
  void exposesAsLittleAsSystemdKnowsToAskFor(String type, String port) throws IOException {
    unit("[" + service("some-service", type, "python app.py") + "]", port, "some-service.service");

    Script.Ended said =
        Script.run(
            List.of(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=15",
                "--no-pager",
                output.resolve("some-service.service").toString()),
            Map.of(),
            "");

    assertEquals(0, said.code(), () -> "above 1.5: " + said.output() + said.errors());
    assertTrue(said.output().contains("Overall exposure level"), said::output);
  }

  @ParameterizedTest
  @CsvSource({"trading_robot", "web_application"})
  void boundsWhatAnApplicationMayUse(String type) throws IOException {
    List<String> unit =
        unit(
            "[" + service("some-service", type, "python app.py") + "]",
            "5000",
            "some-service.service");

    for (String bound :
        List.of(
            "MemoryMax=75%",
            "MemorySwapMax=0",
            "CPUQuota=150%",
            "CPUWeight=50",
            "TasksMax=256",
            "LogRateLimitIntervalSec=10",
            "LogRateLimitBurst=2000",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "Environment=HOME=/var/tmp/home",
            "PrivateTmp=yes",
            "ProtectHome=yes",
            "IPAddressDeny=169.254.169.254 fd00:ec2::254")) {
      assertTrue(unit.contains(bound), () -> bound + " is not in " + unit);
    }
    assertTrue(
        unit.stream().anyMatch(line -> line.matches("After=.* crypto-robot-metadata.service .*")),
        () -> "starts before the credentials are out of reach: " + unit);
  }

  @Test
  void givesAWebApplicationOnALowPortThatOneCapability() throws IOException {
    List<String> unit =
        unit(
            "[" + service("crypto-webapp", "web_application", "python app.py") + "]",
            "443",
            "crypto-webapp.service");

    assertTrue(unit.contains("AmbientCapabilities=CAP_NET_BIND_SERVICE"), unit.toString());
    assertTrue(unit.contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE"), unit.toString());
    assertTrue(unit.contains("PrivateUsers=no"), unit.toString());
  }

  @Test
  void leavesACrashBundleOfItsOwnApplicationAfterEachEnd() throws IOException {
    String robot =
        service("crypto-robot", "trading_robot", "python main.py")
            .replace("}", ",\"heartbeat_file\":\"data/heartbeat\",\"max_age_seconds\":30}");
    List<String> unit = unit("[" + robot + "]", "5000", "crypto-robot.service");
    assertTrue(
        unit.contains(
            "ExecStopPost=-+/usr/local/lib/crypto-robot-deployer/crash "
                + folder.resolve("app")
                + " %N"),
        unit.toString());
  }

  @Test
  void leavesADisabledServiceOut() throws IOException {
    unit(
        "["
            + service("crypto-robot", "trading_robot", "python main.py")
            + ","
            + service("crypto-webapp", "web_application", "python app.py")
                .replace("\"enabled\":true", "\"enabled\":false")
            + "]",
        "5000",
        "crypto-robot.service");

    assertFalse(Files.exists(output.resolve("crypto-webapp.service")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crypto-robot | trading_robot | /bin/sh -c x | name a program of the environment",
        "crypto-robot | trading_robot | gunicorn app | which its environment does not have",
        "crypto-robot | trading_robot | python \\\"x | cannot be read",
        "../ssh | trading_robot | python x | is not like crypto-robot",
        "crypto-robot-settle | trading_robot | python x | is the deployer's own",
        "crypto-robot | cron | python x | has type 'cron'",
      })
  void refusesAServiceThatIsNotOne(String name, String type, String command, String reason) {
    Script.Ended ended = render("[" + service(name, type, command) + "]", "5000");

    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains(reason), ended.errors());
  }

  @Test
  void refusesWhenNothingIsLeftToRun() {
    assertTrue(render("[]", "5000").errors().contains("not an array with a service"));
    assertTrue(
        render(
                "["
                    + service("crypto-robot", "trading_robot", "python x")
                        .replace("true}", "false}")
                    + "]",
                "5000")
            .errors()
            .contains("no service is enabled"));
    assertTrue(
        render("[" + service("a", "trading_robot", "python x") + "]", "70000")
            .errors()
            .contains("Port is 70000"));
  }
}
