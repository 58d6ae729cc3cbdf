package cryptorobot.deployer.faults.model;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Instances at the start of a run, and their repository. */
public final class Worlds implements World {
  public static final String OLDER = "20261101T000000Z-0000001";
  public static final String OLD = "20261115T000000Z-0000002";
  public static final String NEW_REVISION = "abc1234".repeat(6).substring(0, 40);
  public static final String RENAMED =
      """
      [{"name": "trader", "type": "trading_robot", "command": "python main.py --mode robot"},
       {"name": "crypto-webapp", "type": "web_application", "command": "python app.py"}]""";
  private static final String SERVICES =
      """
      [{"name":"crypto-robot","type":"trading_robot","command":"python main.py --mode robot","enabled":true},\
      {"name":"crypto-webapp","type":"web_application","command":"python app.py","enabled":true}]""";

  @Override
  public String head() {
    return NEW_REVISION;
  }

  @Override
  public String environmentOf(String revision) {
    return revision.equals(NEW_REVISION) ? "e2" : "e1";
  }

  /** Two good releases; the newer serves, with secrets of these versions. */
  public static void serving(Machine machine, String keys, String certificate) {
    var disk = machine.disk;
    for (var id : List.of(OLDER, OLD)) {
      var release =
          new Release((id.endsWith("1") ? "0000001" : "0000002").repeat(6).substring(0, 40));
      release.whole = true;
      release.environment = "e1";
      release.env = new Env("live", keys, "https");
      var state =
          new RootState(
              Stream.of("crypto-robot", "crypto-webapp").map(name -> unit(name)).toList(),
              "e1",
              certificate,
              certificate);
      release.manifest =
          new Manifest(
              id, release.revision, "e1", release.env, certificate, "", settings(release.revision));
      disk.releases.put(id, release);
      disk.states.put(id, state);
      disk.history.add(new Event("activated", id, ""));
      disk.history.add(new Event("confirmed", id, ""));
      state.units().forEach(unit -> disk.units.put(unit.name(), unit));
      state.units().forEach(unit -> disk.enabled.add(unit.name()));
    }
    disk.environments.add("e1");
    disk.certificates.add(certificate);
    disk.current = OLD;
    disk.environment = "e1";
    disk.certificate = certificate;
    disk.generation = 6;
    disk.settlesAtBoot = true;
    disk.data.add("what the robot has written");
  }

  private static UnitFile unit(String name) {
    boolean robot = name.equals("crypto-robot");
    return new UnitFile(name, robot, "e1", robot ? "python main.py --mode robot" : "python app.py");
  }

  private static Map<String, String> settings(String revision) {
    return Map.ofEntries(
        Map.entry("Services", SERVICES),
        Map.entry("Port", "5000"),
        Map.entry("HealthPath", "/health"),
        Map.entry("CertificateHostname", "crypto-robot.local"),
        Map.entry("PersistentPaths", "[\"data\",\"logs\"]"),
        Map.entry("PythonVersion", "3.11"),
        Map.entry("Installation", "{}"),
        Map.entry("VirtualEnvPath", "/opt/crypto-robot/venv"),
        Map.entry("RepositoryUrl", "https://example.org/robot.git"),
        Map.entry("Branch", "main"),
        Map.entry("Revision", revision),
        Map.entry("RequestedProtocol", "https"),
        Map.entry("Simulate", "false"),
        Map.entry("WhenKeysInvalid", "simulate"),
        Map.entry("KeepReleases", "5"),
        Map.entry("BakeSeconds", "1"));
  }
}
