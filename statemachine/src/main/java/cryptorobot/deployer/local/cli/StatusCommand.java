package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = "Shows what runs where, in every environment or in one. Changes nothing.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Option(names = "--json", description = "for programs")
  private boolean json;

  private final Workplace workplace;

  StatusCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    List<JsonNode> found =
        instances().parallelStream()
            .filter(one -> !environment.given() || one.environment().equals(environment.name()))
            .map(this::described)
            .toList();
    if (json) {
      ObjectNode all = new ObjectMapper().createObjectNode();
      all.put("endpoint", workplace.settings().endpoint().toString());
      all.putArray("environments").addAll(found);
      workplace.screen().line(all.toPrettyString());
    } else {
      workplace.screen().line("endpoint " + workplace.settings().endpoint());
      found.forEach(one -> StatusText.lines(one).forEach(workplace.screen()::line));
      if (found.isEmpty()) {
        workplace.screen().line("no environment yet; ./scripts/local deploy makes one");
      }
    }
    return ExitCode.DONE.number();
  }

  /** A status starts nothing: without a cloud, what it left on disk is all there is to say. */
  private List<InstanceView> instances() {
    ControlPlane control = workplace.controlIfRunning();
    return control.answers()
        ? control.machines()
        : InstancesOnDisk.in(workplace.settings().state());
  }

  private JsonNode described(InstanceView instance) {
    String path =
        EnvironmentFile.applicationPath(workplace.settings().home(), instance.environment());
    JsonNode host =
        instance.running()
            ? workplace.hostStatus().read(instance.instanceId(), path).orElse(null)
            : null;
    return StatusText.json(instance, host);
  }
}
