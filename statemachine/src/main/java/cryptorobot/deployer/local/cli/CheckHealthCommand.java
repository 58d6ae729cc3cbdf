package cryptorobot.deployer.local.cli;

import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check-health",
    description = {
      "Looks whether what serves is well, as the schedule does every five minutes on AWS, and",
      "tells a change. Ends with 1 when it is not well."
    })
final class CheckHealthCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  private final Workplace workplace;

  CheckHealthCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    var request = new Reading(workplace, environment.name()).request("check-health");
    return new Deployment(workplace, Clock.systemUTC()).run("watch", "check-health", request);
  }
}
