package cryptorobot.deployer.step;

import cryptorobot.deployer.json.FoundValue;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.Refusals;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules that concern several fields of the services of a deploy request. */
final class ServiceRules {

  /** As the host takes them in one parameter. */
  private static final int LONGEST = 8000;

  /** {@code start_seconds} where a service has none. */
  private static final int START_SECONDS = 60;

  private final DeployRequest request;
  private final Refusals refusals;

  private ServiceRules(DeployRequest request, Refusals refusals) {
    this.request = request;
    this.refusals = refusals;
  }

  static void demand(DeployRequest request, Refusals refusals) {
    new ServiceRules(request, refusals).all();
  }

  private void all() {
    Set<String> names = new HashSet<>();
    int length = 2;
    for (int i = 0; i < request.services().size(); i++) {
      Service service = request.services().get(i);
      String path = "$.services[" + i + "]";
      if (!names.add(service.name())) {
        String found = FoundValue.text(service.name()) + " a second time";
        refusals.add(path + ".name", found, "unique names");
      }
      heartbeat(path, service);
      page(path, service);
      ready(path, service);
      restart(path, service);
      service.env().ifPresent(env -> ServiceVariables.demand(path + ".env", env, refusals));
      length += Json.text(service).length() + 1;
    }
    if (length > LONGEST) {
      refusals.add(
          "$.services", length + " characters as JSON", "at most " + LONGEST + " characters");
    }
    ports();
    if (request.chosenServices().stream().noneMatch(Service::enabled)) {
      String mode = Json.constant(request.mode());
      refusals.add("$.services", "no service enabled for mode " + mode, "at least one");
    }
  }

  private void heartbeat(String path, Service service) {
    if (service.heartbeatFile().isPresent() != service.maxAgeSeconds().isPresent()) {
      String found = service.heartbeatFile().isPresent() ? "heartbeat_file" : "max_age_seconds";
      refusals.add(path, found + " alone", "heartbeat_file and max_age_seconds, or neither");
    }
    if (service.heartbeatFile().isEmpty()) {
      return;
    }
    String file = service.heartbeatFile().get();
    if (!service.isRobot()) {
      refusals.add(path + ".heartbeat_file", FoundValue.text(file), "only with trading_robot");
    }
    belowPersistentPath(path + ".heartbeat_file", file);
  }

  private void belowPersistentPath(String path, String file) {
    List<String> persistent = request.persistentPaths();
    if (persistent.stream().noneMatch(kept -> file.startsWith(kept + "/"))) {
      String allowed = "a file below one of persistent_paths: " + String.join(", ", persistent);
      refusals.add(path, FoundValue.text(file), allowed);
    }
  }

  private void page(String path, Service service) {
    boolean hasPage = service.pagePort(request.port()).isPresent();
    if (service.health().isPresent() && !hasPage) {
      refusals.add(
          path + ".health.port", FoundValue.NO_VALUE, "the port of the page of a trading_robot");
    }
    if (service.unansweredSeconds().isPresent() && !hasPage) {
      refusals.add(
          path + ".unanswered_seconds",
          "a service without a page",
          "only with web_application, or with health.port");
    }
    int start = service.startSeconds().orElse(START_SECONDS);
    int unanswered = service.unansweredSeconds().orElse(0);
    if (hasPage && unanswered > start) {
      refusals.add(
          path + ".unanswered_seconds",
          "the number " + unanswered,
          "at most start_seconds, " + start + ", which ends the wait in any case");
    }
    Optional<String> protocol = service.health().flatMap(ServiceHealth::protocol);
    if (protocol.equals(Optional.of("https")) && !request.chosenProtocol().equals("https")) {
      refusals.add(
          path + ".health.protocol",
          "https, with protocol " + request.chosenProtocol() + " of the request",
          "https only with protocol https, which requires a certificate");
    }
  }

  private void ready(String path, Service service) {
    if (service.ready().isEmpty()) {
      return;
    }
    var ready = service.ready().get();
    if (ready.isObject() && ready.isEmpty()) {
      refusals.add(path + ".ready", "an empty object", "either file or log_line");
    }
    if (ready.has("file")) {
      belowPersistentPath(path + ".ready.file", ready.get("file").textValue());
    }
  }

  private void restart(String path, Service service) {
    if (service.restart().equals(Optional.of("no")) && service.restartLimit().isPresent()) {
      refusals.add(path + ".restart_limit", "a limit", "no limit with restart no");
    }
  }

  /** Two services cannot listen on one port. Only what runs together is compared. */
  private void ports() {
    Map<Integer, String> taken = new HashMap<>();
    List<Service> chosen = request.chosenServices();
    for (int i = 0; i < chosen.size(); i++) {
      Service service = chosen.get(i);
      if (!service.enabled()) {
        continue;
      }
      String path = "$.services[" + i + "]";
      Optional<Integer> page = service.pagePort(request.port());
      if (page.isPresent()) {
        take(taken, path + ".health.port", page.get(), service.name());
      }
      for (int port : service.ports().orElse(List.of())) {
        take(taken, path + ".ports", port, service.name());
      }
    }
  }

  private void take(Map<Integer, String> taken, String path, int port, String service) {
    String other = taken.putIfAbsent(port, service);
    if (other != null) {
      refusals.add(path, "port " + port + ", which " + other + " has", "a port of its own");
    }
  }
}
