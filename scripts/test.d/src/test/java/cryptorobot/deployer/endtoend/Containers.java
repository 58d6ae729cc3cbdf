package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The robot and its web application in containers on an instance, under a real Docker. */
record Containers(Instance instance) {
  /** It is in the containers' settings and must not be printed. */
  static final String KEY = "k3y0fTheC0ntainers" + "NobodyMaySee";

  private static final Duration TO_COME_BACK = Duration.ofSeconds(90);

  /** Counts the trading robots until it is stopped. */
  private static final String COUNT_ROBOTS =
      """
      touch /run/count-robots
      while [ -e /run/count-robots ]; do
        robots=0
        for pid in $(pgrep --full 'python[0-9.]* main.py --mode robot'); do
          ! grep -qs '^ROBOT_MODE=live' "/proc/$pid/cwd/.env" || robots=$((robots + 1))
        done
        echo "$robots" >>/run/robots
        sleep 0.1
      done
      """;

  /** Starts the engine, builds the image from the repository, and starts the two containers. */
  static Containers start(Instance instance, Path repository) {
    var containers = new Containers(instance);
    containers.startEngine();
    Path source = instance.disk().resolve("srv/source");
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.filter(each -> !each.toString().contains("/.git/")).toList()) {
        Path target = source.resolve(repository.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    instance.sh(robot(), "/srv/source", KEY);
    return containers;
  }

  /** Also after the instance has lost its power: nothing else starts it there. */
  void startEngine() {
    try {
      instance.sh(Files.readString(LocalCommand.home().resolve("scripts/bench.d/engine.sh")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What identifies them: the same before and after means that they were not changed. */
  String identity() {
    return instance.sh(
        "docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Running}}"
            + " {{.HostConfig.RestartPolicy.Name}}' robot webapp");
  }

  /** Asserts that they run as at first and answer, and that no service of the deployer runs. */
  void serve() {
    Await.holds(
        "the containers answer",
        TO_COME_BACK,
        () -> instance.execute("curl -sf --noproxy '*' http://127.0.0.1:5000/health").exit() == 0);
    assertEquals(
        List.of("true unless-stopped", "true unless-stopped"),
        states(),
        "the states of the containers");
    Await.holds("no service of the deployer runs", TO_COME_BACK, () -> instance.isIdle());
    assertEquals(
        "",
        instance.sh(
            "pgrep --uid ec2-user --list-full python || true; ls -d /opt/crypto-robot/current 2>&1"
                + " | grep -v 'No such' || true"),
        "services of the deployer beside the containers");
    assertEquals(
        "",
        instance.sh(
            "ls /etc/systemd/system/multi-user.target.wants | grep -E 'robot.service|webapp' || true"),
        "units that would start beside the containers at the next boot");
  }

  /** Whether each runs, and what would start it again. */
  List<String> states() {
    return instance
        .sh(
            "docker inspect --format '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}'"
                + " robot webapp")
        .lines()
        .toList();
  }

  /** Asserts that two robots never trade at the same time during the action. */
  void assertNeverTwoRobots(Runnable action) {
    instance.sh("rm -f /run/robots /run/count-robots");
    Process counting = instance.start(COUNT_ROBOTS);
    try {
      action.run();
    } finally {
      instance.sh("rm -f /run/count-robots");
      counting.destroy();
    }
    assertEquals(
        "1",
        instance.sh("sort -n /run/robots | tail -n 1"),
        "the largest number of robots that traded at once");
  }

  private static String robot() {
    try (InputStream in = Containers.class.getResourceAsStream("/containers/robot.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
