package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SecretsManagerSecrets;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides what an execution will do, before it changes anything.
 *
 * <p>Validates the request against the published schema of its state machine and against further
 * rules, fills in the defaults, and pins the versions of the secrets. {@code InvalidRequest} lists
 * every error.
 */
public final class PlanDeployment implements RequestStreamHandler {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * @param scope what the definition of the machine limits it to
   * @param request the input of the execution, without defaults
   * @param execution the ARN of the execution
   * @param startedAt when the execution started; the name of its release contains this time
   */
  record Request(
      DeployerMachine machine,
      MachineScope scope,
      JsonNode request,
      String execution,
      Instant startedAt) {}

  /** The plan of a machine. */
  sealed interface Result {}

  /**
   * @param named the settings that the request contains; an operation on a release takes the others
   *     from its manifest
   */
  record Deploy(
      String environment,
      Operation operation,
      String applicationPath,
      boolean restorePower,
      String stamp,
      Map<String, String> settings,
      Map<String, String> named)
      implements Result {}

  record Power(
      String environment, String operation, String applicationPath, Map<String, String> settings)
      implements Result {}

  record Watch(
      String environment, String operation, String applicationPath, Map<String, String> settings)
      implements Result {}

  /**
   * @param deploy the request of the deploy that this phase starts; for a phase that starts none,
   *     the request it would be made from
   */
  record Migrate(
      String environment,
      MigrationPhase phase,
      String applicationPath,
      boolean startsInstance,
      Map<String, String> settings,
      ObjectNode deploy)
      implements Result {}

  private record PowerRequest(String environment, String operation, String applicationPath) {}

  private final DeploySettings settings;

  /** On AWS, as the function's environment configures it. */
  public PlanDeployment() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public PlanDeployment(Map<String, String> environment) {
    this(() -> SecretsManagerSecrets.fromEnvironment(environment), environment);
  }

  /** A refused request needs no client: the one for the secrets is made when it is first used. */
  PlanDeployment(Supplier<Secrets> secrets, Map<String, String> variables) {
    this.settings =
        new DeploySettings(
            SecretNames.of(variables),
            new Lazy<>(secrets),
            "/" + variables.getOrDefault("DOCUMENT_PREFIX", "crypto-robot") + "/instance/");
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    switch (run(Json.read(in, Request.class))) {
      case Deploy deploy -> Json.write(out, deploy);
      case Power power -> Json.write(out, power);
      case Watch watch -> Json.write(out, watch);
      case Migrate migrate -> Json.write(out, migrate);
    }
  }

  Result run(Request request) {
    MachineScope scope = request.scope();
    return switch (request.machine()) {
      case DEPLOY -> deploy(DeployRequest.of(request.request()), scope, request.startedAt());
      case POWER ->
          power(
              Json.read(DeployerMachine.POWER.accept(request.request()), PowerRequest.class),
              scope);
      case WATCH -> watch(WatchRequest.of(request.request()), scope);
      case MIGRATE -> migrate(MigrateRequest.of(request.request()), scope);
    };
  }

  private Deploy deploy(DeployRequest request, MachineScope scope, Instant startedAt) {
    scope.require(request.environment(), request.applicationPath());
    scope.requireRepository("$.repository_url", request.repositoryUrl());
    scope.requirePackages("$.system_packages", request.systemPackages());
    Map<String, String> all = settings.of(request, scope);
    return new Deploy(
        request.environment(),
        request.operation(),
        request.applicationPath(),
        request.restorePower(),
        STAMP.format(startedAt),
        all,
        DeploySettings.named(request, all));
  }

  private static Power power(PowerRequest request, MachineScope scope) {
    scope.require(request.environment(), request.applicationPath());
    return new Power(
        request.environment(), request.operation(), request.applicationPath(), Map.of());
  }

  private Watch watch(WatchRequest request, MachineScope scope) {
    scope.require(request.environment(), request.applicationPath());
    return new Watch(
        request.environment(),
        request.operation(),
        request.applicationPath(),
        request.isPlan() ? planned(request.planned(), scope) : request.settings());
  }

  private Map<String, String> planned(DeployRequest request, MachineScope scope) {
    scope.requireRepository("$.deploy.repository_url", request.repositoryUrl());
    scope.requirePackages("$.deploy.system_packages", request.systemPackages());
    return settings.ofPlan(request, scope);
  }

  private static Migrate migrate(MigrateRequest request, MachineScope scope) {
    scope.require(request.environment(), request.applicationPath());
    scope.requireRepository(
        "$.deploy.repository_url",
        Optional.ofNullable(request.deploy().path("repository_url").textValue()));
    return new Migrate(
        request.environment(),
        request.phase(),
        request.applicationPath(),
        request.phase().startsInstance(),
        request.settings(),
        request.deploy());
  }
}
