package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "migrate",
    description = {
      "Takes an environment from containers to releases, a phase at a time:",
      "prepare, parallel, cutover, cleanup; undo until then; status.",
      "See docs/migration.md."
    })
final class MigrateCommand implements Callable<Integer> {
  private enum Phase {
    PREPARE,
    PARALLEL,
    CUTOVER,
    CLEANUP,
    UNDO,
    STATUS
  }

  @Mixin private EnvironmentOption environment;

  @Parameters(index = "0", paramLabel = "PHASE", description = "${COMPLETION-CANDIDATES}")
  private Phase phase;

  @Option(
      names = "--repository",
      paramLabel = "PATH|URL",
      description = "a git repository here or elsewhere; 'sample' for the sample robot")
  private String repository;

  @Option(
      names = "--container",
      paramLabel = "NAME",
      description = "only this container, for prepare; may be given several times")
  private List<String> containers = List.of();

  @Option(
      names = "--parallel-port",
      paramLabel = "PORT",
      description = "where the simulation listens in phase parallel; one above the own port")
  private Integer parallelPort;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "any field of the deploy request, like port=5000; see statemachine/schema")
  private final Map<String, String> fields = new LinkedHashMap<>();

  private final Workplace workplace;

  MigrateCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    DeploySource source =
        DeploySource.of(workplace, environment.name(), repository).serve(workplace.control());
    source.request().set(fields);
    String name = phase.name().toLowerCase(Locale.ROOT);
    return new Deployment(workplace, Clock.systemUTC())
        .run("migrate", "migrate-" + name, request(name, source.json()));
  }

  private ObjectNode request(String name, ObjectNode deploy) {
    ObjectNode request = new ObjectMapper().createObjectNode();
    request.put("environment", environment.name()).put("phase", name);
    if (deploy.has("application_path")) {
      request.set("application_path", deploy.get("application_path"));
    }
    if (parallelPort != null) {
      request.put("parallel_port", parallelPort);
    }
    containers.forEach(request.putArray("containers")::add);
    request.set("deploy", deploy);
    return request;
  }
}
