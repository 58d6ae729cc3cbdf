package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "logs",
    description = {
      "Shows what the robot, its web application and the deployer's steps said on the instance,",
      "and how its executions ended."
    })
final class LogsCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

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
    InstanceView instance =
        workplace.control().machine(environment.name()).filter(InstanceView::running).orElse(null);
    if (instance == null) {
      workplace.screen().error("the instance of " + environment.name() + " does not run");
      return ExitCode.DONE.number();
    }
    var journal = new ArrayList<String>(List.of(instance.instanceId(), "journalctl"));
    journal.addAll(List.of("--no-pager", "--no-hostname", "--output=short-iso"));
    journal.add("--lines=" + lines);
    journal.addAll(List.of("_SYSTEMD_UNIT=crypto-robot.service", "+"));
    journal.addAll(List.of("_SYSTEMD_UNIT=crypto-webapp.service", "+"));
    journal.addAll(List.of("UNIT=crypto-robot.service", "+", "UNIT=crypto-webapp.service", "+"));
    journal.add("SYSLOG_IDENTIFIER=crypto-robot-deployer");
    if (follow) {
      journal.add("--follow");
    }
    return workplace.scripts().run("enter-machine.sh", journal.toArray(String[]::new));
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
