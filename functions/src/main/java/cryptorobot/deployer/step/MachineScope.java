package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.FoundValue;
import java.util.List;
import java.util.Optional;

/**
 * What the definition of a state machine limits its requests to. The environment's stack writes it
 * into the definition, so no request can change it. {@code StartExecution} has no condition on its
 * input: who may start a machine could otherwise act on every environment.
 *
 * @param environment the only environment that the machine serves
 * @param repositoryUrl the only repository that it deploys; empty if every repository is allowed
 * @param applicationPath the only path of the application; empty if every path is allowed
 * @param shipLogs whether the instance sends its application's log to CloudWatch
 * @param systemPackages the packages of the distribution that a request may name, with commas
 *     between them; {@code *} allows each
 */
record MachineScope(
    String environment,
    String repositoryUrl,
    String applicationPath,
    boolean shipLogs,
    String systemPackages) {

  /** Throws {@code InvalidRequest} if a request is about something outside this scope. */
  void require(String requestedEnvironment, String requestedPath) {
    require("$.environment", requestedEnvironment, environment);
    if (!applicationPath.isEmpty()) {
      require("$.application_path", requestedPath, applicationPath);
    }
  }

  /**
   * Throws {@code InvalidRequest} if a request names another repository. A request that names none
   * deploys none.
   *
   * @param field the field of the request
   */
  void requireRepository(String field, Optional<String> requested) {
    if (!repositoryUrl.isEmpty()) {
      requested.ifPresent(url -> require(field, url, repositoryUrl));
    }
  }

  /**
   * Throws {@code InvalidRequest} if a request names a package that its owner has not allowed: the
   * instance installs it as root.
   *
   * @param field the field of the request
   */
  void requirePackages(String field, List<String> requested) {
    if (systemPackages.equals("*")) {
      return;
    }
    List<String> allowed = List.of(systemPackages.split(","));
    for (int i = 0; i < requested.size(); i++) {
      if (!allowed.contains(requested.get(i))) {
        throw new InvalidRequest(
            field + "[" + i + "]",
            FoundValue.text(requested.get(i)),
            "a package that the parameter SystemPackages of the environment's stack names: "
                + (systemPackages.isEmpty() ? "none" : systemPackages));
      }
    }
  }

  private static void require(String field, String requested, String allowed) {
    if (!requested.equals(allowed)) {
      throw new InvalidRequest(field, FoundValue.text(requested), allowed);
    }
  }
}
