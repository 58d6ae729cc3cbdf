package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import cryptorobot.deployer.aws.Ec2Instances;
import cryptorobot.deployer.aws.SfnExecutions;
import cryptorobot.deployer.aws.SnsNotifier;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.EarlierRuns;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.Notifier;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reports how an execution ended, whatever ended it.
 *
 * <p>No state can catch an abort, the timeout of the state machine or a fault of its definition, so
 * this function receives the events of the service. If the execution could not report what serves,
 * the function reads it from the instance. It changes nothing and may run any number of times for
 * the same event, because EventBridge delivers at least once.
 */
public final class ReportOutcome implements RequestStreamHandler {

  private final Executions executions;
  private final NotificationRule rule;
  private final Supplier<HostStatusReader> hostStatus;
  private final RobotMetrics metrics;
  private final Notifier notifier;
  private final Waiting waiting;

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
        () ->
            new HostStatusReader(
                Ec2Instances.fromEnvironment(environment), HostSteps.fromEnvironment(environment)),
        new RobotMetrics(
            environment.getOrDefault("DOCUMENT_PREFIX", "crypto-robot"), System.out::println),
        SnsNotifier.fromEnvironment(environment),
        Waiting.real());
  }

  /**
   * @param hostStatus makes the clients for the instance when they are first needed: most
   *     executions report what serves
   */
  ReportOutcome(
      Executions executions,
      EarlierRuns earlier,
      Supplier<HostStatusReader> hostStatus,
      RobotMetrics metrics,
      Notifier notifier,
      Waiting waiting) {
    this.executions = executions;
    this.rule = new NotificationRule(executions, earlier);
    this.hostStatus = new Lazy<>(hostStatus);
    this.metrics = metrics;
    this.notifier = notifier;
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    ScheduledEvent event = ExecutionEvents.read(in);
    PollBudget budget = PollBudget.of(context, waiting);
    EndedExecution ended =
        EndedExecution.await(
            executions, ExecutionEvents.execution(event), ExecutionEvents.status(event), budget);
    metrics.publish(ended, waiting.now());
    OutcomeReport report = OutcomeReport.of(ended, status(ended, budget));
    if (rule.applies(ended)) {
      notifier.publish(report.notification());
    }
    Json.write(out, report);
  }

  private HostStatus status(EndedExecution ended, PollBudget budget) {
    if (!ended.ending().needsHostStatus()) {
      return new HostStatus.NotRead();
    }
    if (!ended.request().has("application_path")) {
      return new HostStatus.Unreadable("the request was refused");
    }
    return hostStatus
        .get()
        .read(
            ended.arn(),
            ended.environment(),
            ended.request().path("application_path").asText(),
            budget);
  }
}
