package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "crash-report",
    description = "Shows what units that ended have left behind, without any secret in it.")
final class CrashReportCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "how many bundles whole, 1 to 10 (default: 1)")
  private int last = 1;

  @Option(names = "--json", description = "for programs")
  private boolean json;

  private final Workplace workplace;

  CrashReportCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    var reading = new Reading(workplace, environment.name());
    JsonNode report = reading.of(reading.request("crash-report").put("last", last));
    if (json) {
      workplace.screen().line(report.toPrettyString());
    } else {
      CrashText.lines(report).forEach(workplace.screen()::line);
    }
    return ExitCode.DONE.number();
  }
}
