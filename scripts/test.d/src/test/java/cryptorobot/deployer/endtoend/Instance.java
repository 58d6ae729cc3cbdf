package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The instance of an environment, read and changed without the deployer. */
record Instance(String environment, String id) {
  private static final Duration TO_IDLE = Duration.ofMinutes(3);
  private static final Duration TO_LISTEN = Duration.ofSeconds(60);

  /** What each unit runs, how many robots run, and what {@code current} leads to. */
  private static final String LOOK =
      """
      cd /opt/crypto-robot
      readlink -f current
      for unit in crypto-robot crypto-webapp; do
        pid=$(systemctl show --property=MainPID --value "$unit")
        echo "$unit $(systemctl is-active "$unit") $pid $(readlink "/proc/$pid/cwd")"
      done
      pgrep --count --uid ec2-user --full 'main.py --mode robot' || true
      """;

  private static final String REQUEST_HEALTH =
      """
      curl --silent --show-error --fail --max-time 5 --noproxy '*' \
        --resolve "$1:5000:127.0.0.1" "https://$1:5000/health"
      """;

  private static final String BUSY =
      """
      systemctl list-units --plain --no-legend --state=active,activating,deactivating \
        'crypto-robot-step-*' crypto-robot-dead-man.service
      """;

  /** What serves. The ids of the processes differ after a restart. */
  record Served(String release, String revision, String processes) {}

  /** How a command on the instance ended. */
  record Result(int exit, String output) {}

  static Instance of(TestEnvironment environment) {
    try {
      String file = Files.readString(folder(environment.name()).resolve("machine.json"));
      return new Instance(
          environment.name(), TestEnvironment.parse(file).path("instance_id").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a script on the instance prints. The script must succeed. */
  String sh(String script, String... arguments) {
    Result result = execute(script, arguments);
    assertEquals(0, result.exit(), () -> script + " printed: " + result.output());
    return result.output();
  }

  Result execute(String script, String... arguments) {
    try {
      Process process = start(script, arguments);
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a script on the instance and does not wait for its end. */
  Process start(String script, String... arguments) {
    var command = new ArrayList<String>();
    command.add(LocalCommand.home().resolve("scripts/local.d/enter-machine.sh").toString());
    command.addAll(List.of(id, "bash", "-c", script, "bash"));
    command.addAll(List.of(arguments));
    try {
      // No command may wait for input.
      return new ProcessBuilder(command)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of its disk on this machine. */
  Path disk() {
    return folder(environment).resolve("root");
  }

  /** Ends all its processes at once, as a power cut does. */
  void cutPower() {
    ProcessHandle systemd =
        ProcessHandle.allProcesses()
            .filter(process -> isFirstInside(process.pid()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(id + " does not run"));
    systemd.destroyForcibly();
    systemd.onExit().join();
  }

  boolean isOn() {
    return machine().path("agent_online").asBoolean();
  }

  void awaitOff() {
    Await.holds(id + " is off", TO_IDLE, () -> machine().path("state").asText().equals("stopped"));
  }

  /** Waits until it is off, starts it, and waits until its agent answers. */
  void isStarted() {
    awaitOff();
    LocalAws.startInstance(id);
    Await.holds("the agent of " + id, TO_IDLE, this::isOn);
  }

  /** Waits until nothing runs: no command, no step, no switch that fires. */
  void awaitIdle() {
    Await.holds("nothing runs on " + id, TO_IDLE, this::isIdle);
  }

  boolean isIdle() {
    double launchedAt = launchedAt();
    return commands().stream().allMatch(command -> ended(command) || isLost(command, launchedAt))
        && execute(BUSY).output().isEmpty();
  }

  // A command that ran at the power cut is reported as running until it expires, as on AWS.
  private static boolean isLost(JsonNode command, double launchedAt) {
    return command.path("RequestedDateTime").asDouble() < launchedAt;
  }

  private double launchedAt() {
    return Instant.parse(machine().path("launched_at").asText()).toEpochMilli() / 1000.0;
  }

  private JsonNode machine() {
    for (JsonNode machine : LocalAws.control("GET", "machines", "")) {
      if (machine.path("instance_id").asText().equals(id)) {
        return machine;
      }
    }
    throw new AssertionError("the local cloud has no instance " + id);
  }

  /**
   * Asserts that exactly one release serves and returns it: both units run in the folder of {@code
   * current}, one robot runs, and the web application answers from that folder.
   */
  Served serves() {
    awaitIdle();
    List<String> lines = sh(LOOK).lines().toList();
    String folder = lines.getFirst();
    assertEquals(4, lines.size(), () -> "what runs: " + lines);
    for (String unit : lines.subList(1, 3)) {
      assertTrue(
          unit.matches("\\S+ active [1-9]\\d* " + folder),
          () -> "should be active in " + folder + ": " + unit);
    }
    assertEquals("1", lines.get(3), () -> "how many robots run: " + lines);
    JsonNode health = Await.found("/health of " + environment, TO_LISTEN, this::health);
    String release = Path.of(folder).getFileName().toString();
    assertEquals(
        release, health.path("release").asText(), () -> "the release that answers: " + health);
    return new Served(
        release,
        health.path("revision").asText(),
        lines.get(1).split(" ")[2] + " " + lines.get(2).split(" ")[2]);
  }

  /** The web application's answer, requested on the instance by its name. */
  Optional<JsonNode> health() {
    Result result = execute(REQUEST_HEALTH, environment);
    return result.exit() == 0
        ? Optional.of(TestEnvironment.parse(result.output()))
        : Optional.empty();
  }

  /** Every command that was sent to it. */
  List<JsonNode> commands() {
    return LocalAws.every(
        "AmazonSSM.ListCommandInvocations",
        LocalAws.object().put("InstanceId", id).put("Details", true),
        "NextToken",
        "CommandInvocations",
        "MaxResults",
        50);
  }

  private static boolean ended(JsonNode invocation) {
    return !List.of("Pending", "Delayed", "InProgress", "Cancelling")
        .contains(invocation.path("Status").asText());
  }

  private static Path folder(String environment) {
    return LocalCommand.state().resolve("machines").resolve(environment);
  }

  // PID 1 in a PID namespace of its own, in the instance's network.
  private boolean isFirstInside(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      Object network = Files.getAttribute(Path.of("/run/netns", id), "unix:ino");
      return Files.readString(process.resolve("comm")).strip().equals("systemd")
          && Files.readSymbolicLink(process.resolve("ns/net"))
              .toString()
              .equals("net:[" + network + "]")
          && Files.readString(process.resolve("status"))
              .lines()
              .anyMatch(line -> line.matches("NSpid:.*\\s1"));
    } catch (IOException e) {
      // It ended meanwhile.
      return false;
    }
  }
}
