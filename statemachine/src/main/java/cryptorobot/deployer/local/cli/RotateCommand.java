package cryptorobot.deployer.local.cli;

import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Puts the current version of a secret into the release that serves, without a deploy. */
abstract class RotateCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;
  private final Workplace workplace;
  private final String operation;

  private RotateCommand(Workplace workplace, String operation) {
    this.workplace = workplace;
    this.operation = operation;
  }

  @Command(
      name = "rotate-keys",
      description = "Puts the current keys and certificate into what serves, without a deploy.")
  static final class Keys extends RotateCommand {
    Keys(Workplace workplace) {
      super(workplace, "rotate-keys");
    }
  }

  @Command(
      name = "rotate-certificate",
      description = {
        "Puts the current certificate into what serves, without a deploy: only the web application",
        "is restarted, the robot goes on."
      })
  static final class Certificate extends RotateCommand {
    Certificate(Workplace workplace) {
      super(workplace, "rotate-certificate");
    }
  }

  @Override
  public Integer call() {
    var request =
        DeploySource.of(workplace, environment.name(), null)
            .serve(workplace.control())
            .request()
            .operation(operation);
    return new Deployment(workplace, Clock.systemUTC()).run("deploy", operation, request.json());
  }
}
