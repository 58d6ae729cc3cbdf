package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "power",
    description = "Starts or stops the instance, as a schedule would; its disk stays.")
final class PowerCommand implements Callable<Integer> {
  private enum Operation {
    START,
    STOP
  }

  @Mixin private EnvironmentOption environment;

  @Parameters(index = "0", paramLabel = "start|stop", description = "what to do")
  private Operation operation;

  private final Workplace workplace;

  PowerCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    String name = operation.name().toLowerCase(Locale.ROOT);
    var request = new ObjectMapper().createObjectNode();
    request.put("environment", environment.name()).put("operation", name);
    return new Deployment(workplace, Clock.systemUTC()).run("power", "power-" + name, request);
  }
}
