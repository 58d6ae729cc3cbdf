package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rollback",
    description = "Makes the good release before this one serve again, or the one that is named.")
final class RollbackCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;
  @ArgGroup private Choice choice;

  private static final class Choice {
    @Option(names = "--to", paramLabel = "RELEASE", description = "back to exactly this release")
    private String to;

    @Option(names = "--list", description = "show the releases there are, the newest first")
    private boolean list;
  }

  private final Workplace workplace;

  RollbackCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    if (choice != null && choice.list) {
      return list();
    }
    var request =
        DeploySource.of(workplace, environment.name(), null)
            .serve(workplace.control())
            .request()
            .operation("rollback");
    if (choice != null) {
      request.release(choice.to);
    }
    return new Deployment(workplace, Clock.systemUTC()).run("deploy", "rollback", request.json());
  }

  private int list() {
    workplace.control();
    JsonNode status =
        new ServingView(workplace, environment.name())
            .host()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        environment.name()
                            + " has no instance that answers; ./scripts/local power start"));
    for (JsonNode release : status.path("releases")) {
      workplace
          .screen()
          .line(
              "%s %s  %s  %-8s %s"
                  .formatted(
                      release.path("current").asBoolean() ? "*" : " ",
                      release.path("release").asText(),
                      release.path("at").asText(),
                      release.path("good").asBoolean() ? "good" : "not good",
                      release.path("subject").asText()));
    }
    return ExitCode.DONE.number();
  }
}
