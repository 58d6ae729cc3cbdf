package cryptorobot.deployer.local.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "up",
    description = "Makes what is missing: image, instance, certificate, repository.")
final class UpCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;
  private final Workplace workplace;

  UpCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Settings settings = workplace.settings();
    var source = DeploySource.of(workplace, environment.name(), null).serve(workplace.control());
    new RequestCheck(workplace).beforeMaking(environment.name(), source.json());
    InstanceView instance =
        new EnvironmentUp(workplace)
            .make(environment.name(), source.certificateHostname(), source.requirements());
    workplace
        .screen()
        .line(
            "%s is up: %s at %s; AWS endpoint %s"
                .formatted(
                    environment.name(),
                    instance.instanceId(),
                    instance.address(),
                    settings.endpoint()));
    return ExitCode.DONE.number();
  }
}
