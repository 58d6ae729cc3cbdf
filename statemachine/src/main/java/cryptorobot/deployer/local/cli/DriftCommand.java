package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "drift",
    description = {
      "Compares what runs with what was deployed, as the schedule does every day on AWS, and names",
      "each difference with the command that mends it. Changes nothing."
    })
final class DriftCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Option(names = "--json", description = "for programs")
  private boolean json;

  private final Workplace workplace;

  DriftCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    var reading = new Reading(workplace, environment.name());
    JsonNode said = reading.of(reading.request("check-drift"));
    if (json) {
      workplace.screen().line(said.toPrettyString());
    } else {
      DriftText.lines(said, environment.name()).forEach(workplace.screen()::line);
    }
    return ExitCode.DONE.number();
  }
}
