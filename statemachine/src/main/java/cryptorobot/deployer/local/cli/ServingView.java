package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What an environment serves now, asked once, when first wanted. */
final class ServingView {
  private final Workplace workplace;
  private final String environment;
  private Optional<InstanceView> instance;
  private Optional<JsonNode> host;

  ServingView(Workplace workplace, String environment) {
    this.workplace = workplace;
    this.environment = environment;
  }

  String environment() {
    return environment;
  }

  Optional<InstanceView> instance() {
    if (instance == null) {
      instance = workplace.control().machine(environment);
    }
    return instance;
  }

  /** What the instance itself says; empty when it does not run or does not answer. */
  Optional<JsonNode> host() {
    if (host == null) {
      String path = EnvironmentFile.applicationPath(workplace.settings().home(), environment);
      host =
          instance()
              .filter(InstanceView::running)
              .flatMap(one -> workplace.hostStatus().read(one.instanceId(), path));
    }
    return host;
  }

  /** Where the web application answers; empty when nothing serves. */
  String url() {
    return instance()
        .flatMap(one -> host().map(status -> ServingAddress.of(one.address(), status)))
        .orElse("");
  }
}
