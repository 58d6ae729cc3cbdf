package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Scanner;

/**
 * A fleet for manual trials: {@code FleetShell STATE SCRIPTS} reads lines {@code machines | create
 * ENVIRONMENT | start | stop | remove ENVIRONMENT | run ENVIRONMENT COMMAND | issue HOSTNAME |
 * serve NAME PATH}. It leaves the instances as they are when it ends.
 */
final class FleetShell {
  /** An issuer for tests that do not use the credentials of instances. */
  static final SessionIssuer ISSUER =
      (accessKeyId, expires) ->
          new SessionIssuer.Issued(
              "secret of " + accessKeyId + " until " + expires, "token of " + accessKeyId);

  private FleetShell() {}

  public static void main(String[] arguments) throws IOException {
    var settings =
        FleetSettings.of(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Ipv4Range.parse("10.213.0.0/16"),
            "eu-west-1",
            4566);
    try (var fleet =
            NspawnFleet.open(
                settings, ISSUER, Clock.systemUTC(), line -> System.out.println("… " + line));
        var lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        String[] words = lines.nextLine().strip().split("\\s+", 3);
        long begin = System.nanoTime();
        try {
          execute(fleet, words);
        } catch (FleetException | IllegalArgumentException | NoSuchElementException e) {
          System.out.println("failed: " + e.getMessage());
        }
        System.out.println("(" + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms)");
      }
    }
  }

  private static void execute(NspawnFleet fleet, String[] words) {
    switch (words[0]) {
      case "machines" -> fleet.machines().forEach(System.out::println);
      case "create" -> System.out.println(fleet.create(words[1]));
      case "start" -> {
        fleet.start(id(fleet, words[1]));
        Until.agentIsOnline(fleet, id(fleet, words[1]));
      }
      case "stop" -> {
        fleet.stop(id(fleet, words[1]));
        Until.state(fleet, id(fleet, words[1]), MachineState.STOPPED);
      }
      case "remove" -> fleet.remove(id(fleet, words[1]));
      case "run" ->
          System.out.println(
              fleet
                  .run(
                      id(fleet, words[1]),
                      new ProcessRequest(
                          List.of("/bin/bash", "-c", words[2]),
                          Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                          Optional.empty(),
                          Duration.ofMinutes(1),
                          24_000,
                          8_000))
                  .done()
                  .join());
      case "issue" -> System.out.println(fleet.authority().issue(words[1]).cert());
      case "serve" -> {
        fleet.repositories().register(words[1], Path.of(words[2]));
        System.out.println(fleet.repositoryUrl(words[1]));
      }
      default -> System.out.println("no such command: " + words[0]);
    }
  }

  private static String id(NspawnFleet fleet, String environment) {
    return fleet.machines().stream()
        .filter(machine -> machine.environment().equals(environment))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no instance of " + environment))
        .instanceId();
  }
}
