package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a migration knows of containers and does to them: {@code robothost/inventory.py}, {@code
 * hold.py}, {@code carry.py} and {@code env_base.py}, against programs that answer as docker and
 * systemd do.
 */
class ContainersTest {
  private static final String SECRET = "n0body-may-see-this";

  /** Prints what the test says docker knows; notes what it is told to change. */
  private static final String DOCKER =
      """
      #!/bin/sh
      case "$1 $2" in
        'ps '*) cat "$FAKE/ids" ;;
        'inspect '*) cat "$FAKE/inspect" ;;
        'update '* | 'stop '* | 'start '*) echo "$*" >>"$FAKE/told" ;;
      esac
      """;

  private static final String SYSTEMCTL = "#!/bin/sh\necho \"systemctl $*\" >>\"$FAKE/told\"\n";

  @TempDir Path folder;
  private Path application;
  private Path data;

  @BeforeEach
  void docker() throws IOException {
    application = Files.createDirectories(folder.resolve("application"));
    data = Files.createDirectories(folder.resolve("volume"));
    Files.writeString(data.resolve("counter"), "41");
    Path programs = Files.createDirectories(folder.resolve("bin"));
    for (var program : Map.of("docker", DOCKER, "systemctl", SYSTEMCTL).entrySet()) {
      Path file = programs.resolve(program.getKey());
      Files.writeString(file, program.getValue());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
    Files.writeString(folder.resolve("told"), "");
    knows(container("robot", true, "unless-stopped", "A=1\nKEY=" + SECRET + "\n", data));
  }

  private static String container(
      String name, boolean running, String restart, String content, Path data) {
    return """
    {"Name": "/%s", "Image": "sha256:1", "State": {"Running": %s},
     "HostConfig": {"RestartPolicy": {"Name": "%s", "MaximumRetryCount": 0}, "AutoRemove": false,
                    "NetworkMode": "host"},
     "NetworkSettings": {"Networks": {"host": {}}},
     "Config": {"Image": "robot:1", "WorkingDir": "/app", "Labels": {}, "ExposedPorts": {"59999/tcp": {}},
                "Env": ["PATH=/bin", "OTHER=%s", "ENV_CONTENT=%s"]},
     "Mounts": [{"Type": "volume", "Name": "v", "Source": "%s", "Destination": "/app/data", "RW": true},
                {"Type": "bind", "Source": "/var/elsewhere", "Destination": "/elsewhere", "RW": true}]}
    """
        .formatted(
            name,
            running,
            restart,
            SECRET,
            Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)),
            data);
  }

  private void knows(String... containers) throws IOException {
    Files.writeString(folder.resolve("ids"), "id\n".repeat(containers.length));
    Files.writeString(folder.resolve("inspect"), "[" + String.join(",", containers) + "]");
  }

  private Script.Ended run(String module, String... words) throws IOException {
    Map<String, String> environment =
        Map.of(
            "FAKE", folder.toString(),
            "APPLICATION", application.toString(),
            "PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    return Script.module(folder.resolve("deployer"), module, environment, "", words);
  }

  private Script.Ended inventory() throws IOException {
    return run("inventory", application.toString(), "[]", "[\"data\"]", "59999", "/health", "now");
  }

  private Path migration() {
    return folder.resolve("deployer/migration");
  }

  @Test
  void theInventoryHasNamesOfSettingsAndNoValue() throws IOException {
    Script.Ended ended = inventory();

    assertEquals(0, ended.code(), ended.errors());
    var robot = Json.object(ended.output()).orElseThrow().at("/containers/0");
    assertEquals("[\"A\",\"KEY\"]", robot.at("/environment/env_content/names").toString());
    assertEquals("[\"OTHER\"]", robot.at("/environment/names").toString());
    assertEquals("[59999]", robot.path("ports").toString());
    assertTrue(robot.at("/mounts/0/carried").asBoolean(), robot::toString);
    String kept = Files.readString(migration().resolve("inventory.json"));
    assertFalse((kept + ended.output()).contains(SECRET), "a value is told");
    assertTrue(ended.output().contains("robot writes to /elsewhere"), ended.output());
  }

  @Test
  void theInventoryFitsTheAnswerOfSystemsManager() throws IOException {
    String[] many = new String[60];
    for (int i = 0; i < many.length; i++) {
      many[i] = container("robot-" + i, true, "no", "A=1\n".repeat(50), data);
    }
    knows(many);

    Script.Ended ended = inventory();

    assertTrue(ended.output().length() < 24_000, "characters: " + ended.output().length());
    assertTrue(Json.object(ended.output()).orElseThrow().path("shortened").asBoolean());
  }

  @Test
  void whatIsHeldIsGivenBackAsItWas() throws IOException {
    inventory();
    knows(container("robot", false, "unless-stopped", "A=1\n", data));
    assertEquals(0, run("hold", "hold").code());
    // Ended half way and run again: what docker says of the policy by now is of our own doing.
    knows(container("robot", false, "no", "A=1\n", data));
    assertEquals(0, run("hold", "hold").code());

    Script.Ended released = run("hold", "release");

    assertEquals(0, released.code(), released.errors());
    List<String> told = Files.readAllLines(folder.resolve("told"));
    assertEquals(
        List.of("update --restart no robot", "stop -t 30 robot"),
        told.subList(0, 2),
        told::toString);
    assertEquals("update --restart unless-stopped robot", told.getLast(), told::toString);
    assertFalse(Files.exists(migration().resolve("held.json")), "nothing is held any more");
    assertEquals(0, run("hold", "release").code(), "giving back twice is no failure");
  }

  @Test
  void whatStillRunsAfterItWasStoppedIsAFailure() throws IOException {
    inventory();
    Script.Ended ended = run("hold", "hold");
    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains("still running after docker stop: robot"), ended.errors());
  }

  @Test
  void aStopThatTheEngineGoesOnWithIsWaitedForBeforeTheyAreStartedAgain() throws IOException {
    inventory();
    run("hold", "hold");
    Files.writeString(folder.resolve("told"), "");

    Script.Ended released = run("hold", "release");

    assertEquals(0, released.code(), released.errors());
    assertEquals(
        List.of("stop -t 30 robot", "update --restart unless-stopped robot", "start robot"),
        Files.readAllLines(folder.resolve("told")));
  }

  private Script.Ended carry(String what, String stamp) throws IOException {
    return run(
        "carry",
        what,
        application.toString(),
        System.getProperty("user.name"),
        "[\"data\"]",
        stamp);
  }

  @Test
  void carriesDataOverAndOverwritesNothing() throws IOException {
    inventory();
    Path shared = Files.createDirectories(application.resolve("shared/data"));
    Files.writeString(shared.resolve("counter"), "7 of the simulation");

    Script.Ended ended = carry("copy", "first");

    assertEquals(0, ended.code(), ended.errors());
    assertEquals("41", Files.readString(shared.resolve("counter")));
    assertEquals(
        "7 of the simulation",
        Files.readString(application.resolve("before-migration/first/data/counter")));
    assertEquals("41", Files.readString(data.resolve("counter")), "the containers keep theirs");
    String again = carry("copy", "second").output();
    assertEquals("[]", Json.object(again).orElseThrow().path("moved_aside").toString(), again);
  }

  @Test
  void refusesTwoContainersThatKeepDifferentDataUnderOnePath() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    knows(
        container("robot", true, "no", "A=1\n", data),
        container("webapp", true, "no", "A=1\n", other));
    inventory();
    Script.Ended ended = carry("check", "none");
    assertEquals(1, ended.code());
    assertTrue(ended.errors().startsWith("robot and webapp both keep data"), ended.errors());
  }

  @Test
  void makesTheContentOfTheContainersTheBaseForRootAlone() throws IOException {
    inventory();
    Path base = folder.resolve("env-base");

    Script.Ended ended = run("env_base", base.toString());

    assertEquals(
        "{\"from\": \"robot\", \"names\": [\"A\", \"KEY\"]}\n", ended.output(), ended.errors());
    assertEquals("A=1\nKEY=" + SECRET + "\n", Files.readString(base));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(base)));
  }

  @Test
  void refusesContainersOfDifferentContent() throws IOException {
    knows(
        container("robot", true, "no", "A=1\n", data),
        container("webapp", true, "no", "A=2\n", data));
    inventory();
    Script.Ended ended = run("env_base", folder.resolve("env-base").toString());
    assertEquals(1, ended.code());
    assertTrue(ended.errors().contains("have different ENV_CONTENT"), ended.errors());
    assertFalse(Files.exists(folder.resolve("env-base")), "a base was chosen all the same");
  }
}
