package cryptorobot.deployer.local.cli;

import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "follow", description = "Stays with an execution until it ends, or stops it.")
final class FollowCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "EXECUTION",
      description = "its ARN; the newest deploy when there is none")
  private String execution;

  @Option(names = "--stop", description = "stop it first")
  private boolean stop;

  private final Workplace workplace;

  FollowCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    Executions executions = workplace.executions();
    String arn = execution == null ? executions.newest().orElse("") : execution;
    if (arn.isEmpty()) {
      throw new CommandFailure(ExitCode.REFUSED, "nothing was deployed yet");
    }
    if (stop && executions.standing(arn).running()) {
      executions.stop(arn);
    }
    return new Deployment(workplace, Clock.systemUTC()).follow(arn);
  }
}
