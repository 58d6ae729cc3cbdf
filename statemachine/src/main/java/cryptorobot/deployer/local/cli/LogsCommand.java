package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = {
      "Shows what the robot, its web application and the deployer's steps said on the instance,",
      "without any secret in it, and how its executions ended."
    })
final class LogsCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(3);

  @Mixin private EnvironmentOption environment;

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "a service's name, deployer, or all (default: all)")
  private String service = "all";

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "how far back: 30m, 12h, 2d, or a UTC time (default: 1h)")
  private String since = "1h";

  @Option(names = "--lines", paramLabel = "N", description = "how many (default: 100)")
  private int lines = 100;

  @Option(
      names = {"-f", "--follow"},
      description = "go on showing what comes")
  private boolean follow;

  private final Workplace workplace;

  LogsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    notices(workplace.control().logs(environment.name()));
    if (workplace.control().machine(environment.name()).filter(InstanceView::running).isEmpty()) {
      workplace.screen().error("the instance of " + environment.name() + " does not run");
      return ExitCode.DONE.number();
    }
    var reading = new Reading(workplace, environment.name());
    String after = show(read(reading, ""), lines);
    while (follow) {
      LockSupport.parkNanos(PAUSE.toNanos());
      after = show(read(reading, after), Integer.MAX_VALUE);
    }
    return ExitCode.DONE.number();
  }

  private JsonNode read(Reading reading, String after) {
    return reading.of(
        reading
            .request("read-logs")
            .put("service", service)
            .put("since", since)
            .put("after", after));
  }

  /** Shows the newest lines and returns where to go on. */
  private String show(JsonNode read, int most) {
    JsonNode found = read.path("lines");
    int hidden = Math.max(0, found.size() - most);
    int older = read.path("left_out").asInt() + hidden;
    if (older > 0) {
      workplace.screen().line("… " + older + " older lines; --lines shows more, --since asks less");
    }
    for (int i = hidden; i < found.size(); i++) {
      workplace.screen().line(found.get(i).asText());
    }
    return read.path("after").asText();
  }

  private void notices(JsonNode logs) {
    for (JsonNode entry : logs.path("entries")) {
      String said = entry.path("at").asText() + " " + entry.path("source").asText();
      workplace.screen().line(said + ": " + entry.path("text").asText());
      String next = entry.path("message").path("next").asText();
      if (!next.isEmpty()) {
        workplace.screen().line("  " + next);
      }
    }
  }
}
