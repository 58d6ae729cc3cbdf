package cryptorobot.deployer.local.cli;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "deploy",
    description = {
      "Makes what is missing, then deploys and stays until it is done.",
      "Without --repository: what was deployed last, the sample robot the first time."
    })
final class DeployCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Option(
      names = "--repository",
      paramLabel = "PATH|URL",
      description = "a git repository here or elsewhere; 'sample' for the sample robot")
  private String repository;

  @ArgGroup private Commit commit;

  private static final class Commit {
    @Option(names = "--branch", paramLabel = "NAME", description = "its newest commit")
    private String branch;

    @Option(names = "--revision", paramLabel = "COMMIT", description = "exactly this commit")
    private String revision;
  }

  @Option(names = "--plan", description = "say what a deploy would do, and change nothing")
  private boolean plan;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "any field of the request, like keep_releases=3; see statemachine/schema")
  private final Map<String, String> fields = new LinkedHashMap<>();

  private final Workplace workplace;

  DeployCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    ControlPlane control = workplace.control();
    DeploySource source = DeploySource.of(workplace, environment.name(), repository).serve(control);
    if (commit != null && commit.branch != null) {
      source.branch(commit.branch);
    }
    if (commit != null && commit.revision != null) {
      source.revision(commit.revision);
    }
    if (plan) {
      source.request().operation("plan");
    }
    source.request().set(fields);
    new RequestCheck(workplace).beforeMaking(environment.name(), source.json());

    workplace.screen().line("%s: %s".formatted(plan ? "plan" : "deploy", source.described()));
    new EnvironmentUp(workplace)
        .makeForDeploy(environment.name(), source.certificateHostname(), source.requirements());
    int exit =
        new Deployment(workplace, Clock.systemUTC())
            .run("deploy", plan ? "plan" : "deploy", source.json());
    if (exit != ExitCode.REFUSED.number()) {
      source.remember();
    }
    return exit;
  }
}
