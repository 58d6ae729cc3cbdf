package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check-certificates",
    description = {
      "Says how long the certificate that serves is still good, as the schedule does every day on",
      "AWS, and tells it 30, 14 and 3 days before its end."
    })
final class CheckCertificatesCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  private final Workplace workplace;

  CheckCertificatesCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    var reading = new Reading(workplace, environment.name());
    JsonNode said = reading.of(reading.request("check-certificates"));
    workplace.screen().line(said.path("said").asText());
    if (!said.path("next").asText().equals("nothing")) {
      workplace.screen().line("  next      " + said.path("next").asText());
    }
    return ExitCode.DONE.number();
  }
}
