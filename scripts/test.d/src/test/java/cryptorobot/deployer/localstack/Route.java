package cryptorobot.deployer.localstack;

import cryptorobot.deployer.definition.DefinitionRun;
import cryptorobot.deployer.definition.ScriptedFunctions;
import cryptorobot.deployer.definition.World;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.util.function.Supplier;

/**
 * The routes through deploy.asl.yaml, and those of a status and a plan through watch.asl.yaml, each
 * with the answers of the functions.
 */
enum Route {
  DEPLOYED(Route::serving),
  DEPLOYED_AT_THE_SECOND_ATTEMPT(
      () -> serving().failOnce("deploy-release", "StepRunning", "still building")),
  NOTHING_TO_DO(() -> serving().answer("acquire-lock", World.nothingToDo(Route.OLD))),
  REQUEST_REFUSED(() -> serving().fail("PlanDeployment", "InvalidRequest", "$.branch: found '-'")),
  LOCKED(() -> serving().fail("acquire-lock", "Locked", "held by arn:x since 06:14")),
  INSPECTION_FAILED(
      () -> serving().fail("acquire-lock", "LoginRefused", "the key is not accepted")),
  DISCARDED_AFTER_FETCH(() -> serving().fail("deploy-release", "BranchMissing", "no branch main")),
  DISCARDED_FOR_THE_CERTIFICATE(
      () -> serving().fail("ValidateCertificate", "CertificateRefused", "expired yesterday")),
  DISCARDED_FOR_THE_KEYS(() -> serving().fail("InjectKeys", "KeysRefused", "no API key")),
  ROLLED_BACK(() -> serving().failOnce("CheckHealth", "Unhealthy", "exited with 1")),
  ROLLED_BACK_BY_THE_DEAD_MAN(
      () -> serving().failOnce("confirm-release", "DeadManFired", "at 06:40")),
  ROLLBACK_FAILED(
      () ->
          serving()
              .fail("CheckHealth", "Unhealthy", "exited with 1")
              .fail("roll-back", "RollBackFailed", "no space left on device")),
  FIRST_DEPLOY_BROKEN(() -> World.empty().fail("CheckHealth", "Unhealthy", "exited with 1")),
  ROLLBACK_REQUESTED(
      () -> requested("rollback").answer("acquire-lock", World.inspected(Route.OLD, World.GOOD))),
  CERTIFICATE_ROTATED(
      () ->
          requested("rotate-certificate")
              .answer("acquire-lock", World.inspected(Route.OLD, Route.OLD))
              .answer("inject-certificate", "{\"not_after\": \"2027-01-01T00:00:00Z\"}")),
  RESTARTED(() -> requested("restart")),
  RESTART_FAILED(() -> requested("restart").fail("CheckHealth", "Unhealthy", "exited with 1")),
  PLANNED(Route.WATCH, () -> requested("plan")),
  STATUS_READ(Route.WATCH, () -> requested("status")),
  STOPPED(
      Route.WATCH,
      () -> requested("status").answer("StartInstance", World.instance("stopped", false))),
  POWER_RESTORED(
      () ->
          serving()
              .answer("PlanDeployment", World.plan("deploy", true))
              .answer("StartInstance", World.instance("running", true)));

  static final String DEPLOY = "deploy";
  private static final String WATCH = "watch";
  private static final String OLD = "20261122T000000Z-0ld0000";

  /** The machine whose definition it goes through. */
  final String machine;

  private final Supplier<ScriptedFunctions> functions;

  Route(Supplier<ScriptedFunctions> functions) {
    this(DEPLOY, functions);
  }

  Route(String machine, Supplier<ScriptedFunctions> functions) {
    this.machine = machine;
    this.functions = functions;
  }

  private static ScriptedFunctions serving() {
    return World.serving(OLD);
  }

  private static ScriptedFunctions requested(String operation) {
    return serving().answer("PlanDeployment", World.plan(operation, false));
  }

  /** The route in the local engine. */
  DefinitionRun run() throws Exception {
    return run(functions.get());
  }

  /** The route with other answers. */
  DefinitionRun run(TaskRunner answers) throws Exception {
    return DefinitionRun.of(machine + ".asl.yaml", answers);
  }
}
