package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.Ec2Instances;
import cryptorobot.deployer.aws.SfnExecutions;
import cryptorobot.deployer.aws.SnsNotifier;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.EarlierRuns;
import cryptorobot.deployer.ports.ExecutionState;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.Notifier;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells how an execution ended, whatever ended it.
 *
 * <p>No state can catch an abort, the machine's own timeout or a fault of the definition, so this
 * listens to the service's events. Where the execution could not say what serves, the instance is
 * asked. Changes nothing and may run any number of times for the same event, as EventBridge
 * delivers at least once.
 */
public final class ReportOutcome implements RequestStreamHandler {

  private final Executions executions;
  private final EarlierRuns earlier;
  private final Supplier<HostStatusReader> truth;
  private final Notifier notices;
  private final Waiting waiting;
  private final String stack;
  private final InstantSource clock;
  private final Consumer<String> log;

  /** On AWS, as the function's environment configures it. */
  public ReportOutcome() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public ReportOutcome(Map<String, String> environment) {
    this(SfnExecutions.fromEnvironment(environment), environment);
  }

  private ReportOutcome(SfnExecutions executions, Map<String, String> environment) {
    this(
        executions,
        executions,
        () -> truthOnAws(environment),
        SnsNotifier.fromEnvironment(environment),
        Waiting.real(),
        environment.getOrDefault("DOCUMENT_PREFIX", "crypto-robot"),
        InstantSource.system(),
        System.out::println);
  }

  /**
   * Most executions can say what serves: the clients that ask the instance wait for one that not.
   *
   * @param stack whose metrics these are
   * @param log takes a line for the function's log, where CloudWatch finds metrics
   */
  ReportOutcome(
      Executions executions,
      EarlierRuns earlier,
      Supplier<HostStatusReader> truth,
      Notifier notices,
      Waiting waiting,
      String stack,
      InstantSource clock,
      Consumer<String> log) {
    this.executions = executions;
    this.earlier = earlier;
    this.truth = new Lazy<>(truth);
    this.notices = notices;
    this.waiting = waiting;
    this.stack = stack;
    this.clock = clock;
    this.log = log;
  }

  private static HostStatusReader truthOnAws(Map<String, String> environment) {
    HostSteps steps =
        new HostSteps(
            SsmHostCommands.fromEnvironment(environment),
            StepDocuments.packaged(environment),
            Waiting.real());
    return new HostStatusReader(Ec2Instances.fromEnvironment(environment), steps);
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    ScheduledEvent event = ExecutionEvents.read(in);
    PollBudget patience = PollBudget.of(context, waiting);
    String execution = ExecutionEvents.execution(event);
    ExecutionState.Finished ended = ended(execution, ExecutionEvents.status(event), patience);
    ObjectNode request = request(ended);
    RobotMetrics.of(ended, stack, clock.instant()).ifPresent(log);
    OutcomeReport report =
        OutcomeReport.of(execution, ended, request, truth(execution, ended, request, patience));
    if (report.isNews() && !isRepeated(execution, ended)) {
      notices.publish(report.notice());
    }
    Json.write(out, report);
  }

  /** A watch that cannot look fails every few minutes, for one reason: the first one is told. */
  private boolean isRepeated(String execution, ExecutionState.Finished ended) {
    if (!DeployerMachine.named(ended.stateMachine()).equals(Optional.of(DeployerMachine.WATCH))) {
      return false;
    }
    return earlier.of(ended.stateMachine()).stream()
        .dropWhile(run -> !run.equals(execution))
        .skip(1)
        .map(executions::describe)
        .filter(ExecutionState.Finished.class::isInstance)
        .map(ExecutionState.Finished.class::cast)
        .filter(run -> asked(run).equals(asked(ended)))
        .findFirst()
        .map(run -> run.status().equals(ended.status()) && run.error().equals(ended.error()))
        .orElse(false);
  }

  private static List<String> asked(ExecutionState.Finished ended) {
    ObjectNode input = Json.object(ended.input()).orElseGet(Json::object);
    return List.of(input.path("environment").asText(), input.path("operation").asText());
  }

  /** The service shows an end with a delay, so after the event of one it is awaited. */
  private ExecutionState.Finished ended(String execution, String status, PollBudget patience) {
    if (status.equals("RUNNING") || status.equals("PENDING_REDRIVE")) {
      throw new InvalidRequest("$.detail.status", status, "the status of an ended execution");
    }
    while (true) {
      switch (executions.describe(execution)) {
        case ExecutionState.Finished ended -> {
          return ended;
        }
        case ExecutionState.Alive _, ExecutionState.Unknown _ -> {
          if (!patience.goOn()) {
            throw new AwsUnavailable("Step Functions does not show the end of " + execution);
          }
        }
      }
    }
  }

  /**
   * The request with its defaults. Only its environment, if it has one, when the machine refused it
   * or is not one of this deployer's.
   */
  private static ObjectNode request(ExecutionState.Finished ended) {
    ObjectNode input = Json.object(ended.input()).orElseGet(Json::object);
    try {
      Optional<DeployerMachine> machine = DeployerMachine.named(ended.stateMachine());
      if (machine.isPresent()) {
        return machine.get().accept(input);
      }
    } catch (InvalidRequest e) {
      // The environment below says whom it concerns.
    }
    return input.has("environment") ? environment(input) : Json.object();
  }

  private static ObjectNode environment(ObjectNode input) {
    try {
      return DeployerMachine.DEPLOY
          .accept(input.deepCopy().retain("environment"))
          .retain("environment");
    } catch (InvalidRequest e) {
      return Json.object();
    }
  }

  private HostStatus truth(
      String execution, ExecutionState.Finished ended, ObjectNode request, PollBudget patience) {
    if (!Ending.of(ended).needsTruth()) {
      return new HostStatus.NotAsked();
    }
    if (!request.has("application_path")) {
      return new HostStatus.Unreadable("the request was refused");
    }
    return truth
        .get()
        .read(
            execution,
            request.path("environment").asText(),
            request.path("application_path").asText(),
            patience);
  }
}
