package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots real instances. Requires root and, the first time, about a minute for the image. The system
 * property {@code instance.state} names the state folder, which keeps the image for the next run.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(Lifecycle.PER_CLASS)
class NspawnFleetTest {
  private static final Map<String, String> BARE = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
  private static final FleetSettings SETTINGS =
      FleetSettings.of(
          Path.of(System.getProperty("instance.state", "/var/lib/crypto-robot-test")),
          scripts(),
          Ipv4Range.parse("10.213.0.0/16"),
          "eu-west-1",
          4599);

  private NspawnFleet fleet;
  private String one;
  private String two;
  private String three;

  @BeforeAll
  void bootThreeMachines() throws IOException {
    fleet =
        NspawnFleet.open(SETTINGS, new FakeSessionIssuer(), Clock.systemUTC(), System.out::println);
    fleet.machines().forEach(left -> fleet.remove(left.instanceId()));
    one = fleet.create("one.local").instanceId();
    two = fleet.create("two.local").instanceId();
    three = fleet.create("three.local").instanceId();
  }

  @BeforeEach
  void allRun() {
    List.of(one, two, three).forEach(fleet::start);
    List.of(one, two, three).forEach(id -> Until.agentIsOnline(fleet, id));
  }

  @AfterAll
  void removeThem() {
    var left = fleet.machines();
    left.forEach(machine -> fleet.remove(machine.instanceId()));
    fleet.close();
    String rules = Program.of("nft", "list", "ruleset").output();
    for (LocalInstance machine : left) {
      String id = machine.instanceId();
      assertFalse(rules.contains(Network.device(id)), rules);
      assertFalse(Files.exists(Path.of("/run/netns", id)), "no network namespace");
      assertFalse(Files.exists(Path.of("/sys/class/net", Network.device(id))), "no link");
      assertFalse(Files.exists(Path.of("/sys/fs/cgroup/systemd/crypto-robot-" + id)), "no group");
      assertFalse(Files.exists(Path.of("/sys/fs/cgroup/crypto-robot-" + id)), "no group");
      assertFalse(
          Files.exists(SETTINGS.state().resolve("machines").resolve(machine.environment())),
          "no disk");
    }
  }

  @Test
  void creatingTwiceReturnsTheSameInstance() {
    assertEquals(one, fleet.create("one.local").instanceId());
    assertTrue(one.matches("i-[0-9a-f]{17}"), one);
    assertThrows(IllegalArgumentException.class, () -> fleet.create("../elsewhere"));
  }

  @Test
  void findsItsCredentialsAsOnEc2() {
    String script =
        """
        set -eu
        at=http://169.254.169.254/latest
        test "$(curl -s -o /dev/null -w '%{http_code}' $at/meta-data/instance-id)" = 401
        token=$(curl -sS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)
        get() { curl -sSf -H "X-aws-ec2-metadata-token: $token" "$at/$1"; }
        get meta-data/instance-id; echo
        get meta-data/placement/region; echo
        role=$(get meta-data/iam/security-credentials/)
        get "meta-data/iam/security-credentials/$role" | jq -r .AccessKeyId
        """;

    List<String> first = succeeds(one, script).lines().toList();
    List<String> second = succeeds(two, script).lines().toList();

    assertEquals(List.of(one, "eu-west-1"), first.subList(0, 2));
    assertEquals(two, second.getFirst());
    assertNotEquals(first.getLast(), second.getLast());
    assertEquals(
        Optional.of(one), fleet.machineOfAccessKey(first.getLast()).map(LocalInstance::instanceId));
  }

  @Test
  void clonesFromTheGitServerItTrusts(@TempDir Path folder) {
    Program.of("git", "-C", folder.toString(), "init", "-q", "-b", "main").output();
    Program.of(
            "git",
            "-C",
            folder.toString(),
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.org",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "One")
        .output();
    fleet.repositories().register("robot", folder, Optional.empty());

    String cloned =
        succeeds(
            one,
            "rm -rf /tmp/robot; git clone -q "
                + fleet.repositoryUrl("robot")
                + " /tmp/robot && git -C /tmp/robot log --format=%s");

    assertEquals("One\n", cloned);
  }

  @Test
  void runsWithExactlyTheGivenEnvironmentAndInput() {
    var end =
        fleet
            .run(
                one,
                new ProcessRequest(
                    List.of("/usr/bin/env"),
                    Map.of("SSM_Release", "a b'\"$c", "LANG", "C.UTF-8"),
                    Optional.empty(),
                    Duration.ofSeconds(10),
                    24_000,
                    8_000))
            .done()
            .join();
    assertEquals(
        List.of("LANG=C.UTF-8", "SSM_Release=a b'\"$c"), end.stdout().lines().sorted().toList());

    var echoed =
        fleet
            .run(
                one,
                new ProcessRequest(
                    List.of("cat"),
                    BARE,
                    Optional.of("grüße".getBytes(StandardCharsets.UTF_8)),
                    Duration.ofSeconds(10),
                    24_000,
                    8_000))
            .done()
            .join();
    assertEquals("grüße", echoed.stdout());
  }

  @Test
  void reportsExitCodesAndSignals() {
    assertEquals(40, ends(one, "echo no >&2; exit 40").exitCode());
    assertEquals("no\n", ends(one, "echo no >&2; exit 40").stderr());
    var killed = ends(one, "kill -KILL $$");
    assertEquals(137, killed.exitCode());
    assertFalse(killed.machineLost(), "the instance still runs");
  }

  @Test
  void keepsTheFirstCharactersAndLetsTheCommandFinish() {
    var end = ends(one, "head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2");

    assertEquals(0, end.exitCode());
    assertEquals(24_000, end.stdout().length());
    assertEquals("end\n", end.stderr());
  }

  @Test
  void aTimeoutKillsTheWholeProcessGroup() {
    var end = fleet.run(one, bash("sleep 1234 & sleep 1235", Duration.ofMillis(500))).done().join();

    assertTrue(end.timedOut(), end.toString());
    assertEquals(
        1, ends(one, "pgrep -f '^sleep 123[45]'").exitCode(), "none of its processes is left");
  }

  @Test
  void aCancelledCommandEnds() {
    var running = fleet.run(one, bash("sleep 1236", Duration.ofMinutes(1)));
    running.cancel();

    assertNotEquals(0, running.done().orTimeout(10, TimeUnit.SECONDS).join().exitCode());
    assertFalse(running.done().join().timedOut());
    assertEquals(
        1, ends(one, "pgrep -f '^sleep 1236'").exitCode(), "none of its processes is left");
  }

  @Test
  void stoppingKeepsTheDiskAndTheAgentComesAfterTheMachine() {
    succeeds(one, "echo kept > /root/note");
    Instant launched = Until.find(fleet, one).launchedAt().orElseThrow();

    fleet.stop(one);
    assertThrows(FleetException.class, () -> fleet.run(one, bash("true", Duration.ofSeconds(5))));
    var off = Until.state(fleet, one, MachineState.STOPPED);
    assertTrue(off.agentPingAt().isEmpty(), off.toString());

    fleet.start(one);
    var on = Until.state(fleet, one, MachineState.RUNNING);
    assertTrue(on.agentPingAt().isEmpty(), "its agent is not online at once");
    assertTrue(on.launchedAt().orElseThrow().isAfter(launched), on.toString());
    Until.agentIsOnline(fleet, one);
    assertEquals("kept\n", succeeds(one, "cat /root/note"));
  }

  @Test
  void aNewFleetAdoptsTheMachinesThatRun() throws IOException {
    String boot = succeeds(two, "cat /proc/sys/kernel/random/boot_id; systemctl --version");
    String started = succeeds(two, "stat -c %Y /run/systemd");
    fleet.close();

    fleet =
        NspawnFleet.open(SETTINGS, new FakeSessionIssuer(), Clock.systemUTC(), System.out::println);

    var adopted = Until.find(fleet, two);
    assertEquals(MachineState.RUNNING, adopted.state());
    assertTrue(adopted.agentPingAt().isPresent(), adopted.toString());
    assertEquals(started, succeeds(two, "stat -c %Y /run/systemd"), boot);
    assertTrue(
        succeeds(
                two,
                "curl -sS -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/")
            .contains("401"),
        "the metadata service is available again");
    fleet.stop(two);
    Until.state(fleet, two, MachineState.STOPPED);
  }

  @Test
  void machinesDoNotReachOneAnother() {
    String other = Until.find(fleet, two).address();
    var server = fleet.run(two, bash("exec python3 -m http.server 8000", Duration.ofMinutes(1)));
    succeeds(two, "until curl -sf -o /dev/null http://127.0.0.1:8000/; do :; done");

    var from = ends(three, "curl -sS -m 2 http://" + other + ":8000/");
    int here = Program.of("curl", "-sS", "-m", "5", "http://" + other + ":8000/").run().exitCode();

    assertNotEquals(0, from.exitCode(), "one machine reached the other");
    assertEquals(0, here, "this machine reaches it");
    server.cancel();
    assertEquals(
        3,
        List.of(one, two, three).stream()
            .map(id -> succeeds(id, "hostname -I"))
            .distinct()
            .count());
  }

  @Test
  void aCommandIsLostWithItsMachine() throws InterruptedException {
    var running = fleet.run(three, bash("sleep 1237", Duration.ofMinutes(1)));
    succeeds(three, "until pgrep -f '^sleep 1237' >/dev/null; do :; done");
    var lost = new CountDownLatch(1);
    running
        .done()
        .thenAccept(
            end -> {
              if (end.machineLost() && !end.timedOut()) {
                lost.countDown();
              }
            });

    fleet.stop(three);

    assertTrue(lost.await(30, TimeUnit.SECONDS), "it ended differently: " + running.done());
    Until.state(fleet, three, MachineState.STOPPED);
  }

  @Test
  void detectsAPowerOffFromInside() {
    ends(three, "systemctl poweroff");

    Until.state(fleet, three, MachineState.STOPPED);
  }

  @Test
  void comesBackAfterARebootFromInside() {
    String since = succeeds(three, "systemctl show -p UserspaceTimestampMonotonic");

    fleet.run(three, bash("systemctl reboot; sleep 60", Duration.ofMinutes(1))).done().join();

    String now =
        Until.responds(
            fleet,
            three,
            bash("systemctl show -p UserspaceTimestampMonotonic", Duration.ofSeconds(5)));
    assertNotEquals(since, now);
    assertEquals(MachineState.RUNNING, Until.find(fleet, three).state());
  }

  private String succeeds(String instanceId, String script) {
    var end = ends(instanceId, script);
    assertEquals(0, end.exitCode(), () -> script + "\n" + end);
    return end.stdout();
  }

  private CommandEnd ends(String instanceId, String script) {
    return fleet.run(instanceId, bash(script, Duration.ofSeconds(30))).done().join();
  }

  private static ProcessRequest bash(String script, Duration timeout) {
    return new ProcessRequest(
        List.of("/bin/bash", "-c", script), BARE, Optional.empty(), timeout, 24_000, 8_000);
  }

  private static Path scripts() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("scripts"))
        ? here.resolve("scripts/local.d")
        : here.resolveSibling("scripts/local.d");
  }
}
