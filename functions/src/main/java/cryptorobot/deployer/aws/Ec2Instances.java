package cryptorobot.deployer.aws;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.CapacityUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceNotReady;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceStopping;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.InstanceInformation;
import software.amazon.awssdk.services.ssm.model.InstanceInformationStringFilter;
import software.amazon.awssdk.services.ssm.model.PingStatus;

/**
 * The instances of EC2, and their agents as Systems Manager reports them.
 *
 * <p>EC2 has no modelled exceptions, only codes:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
public final class Ec2Instances implements Instances {

  private static final String ENVIRONMENT = "tag:crypto-robot:environment";
  private static final String STACK = "tag:crypto-robot:stack";
  private static final Set<String> UNKNOWN =
      Set.of("InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed");
  private static final Set<String> WRONG_STATE =
      Set.of("IncorrectInstanceState", "IncorrectState", "OperationNotPermitted.InvalidState");
  private static final Set<String> NO_CAPACITY =
      Set.of(
          "InsufficientInstanceCapacity",
          "InsufficientHostCapacity",
          "InsufficientCapacity",
          "InsufficientAddressCapacity",
          "Server.InsufficientInstanceCapacity");

  private final Ec2Client ec2;
  private final SsmClient ssm;
  private final String stack;

  /**
   * @param stack the prefix of the deployer's stack, whose functions may act on instances with this
   *     tag only
   */
  Ec2Instances(Ec2Client ec2, SsmClient ssm, String stack) {
    this.ec2 = ec2;
    this.ssm = ssm;
    this.stack = stack;
  }

  /** The adapter as the function's environment configures it. */
  public static Ec2Instances fromEnvironment(Map<String, String> environment) {
    AwsClients clients = new AwsClients(environment);
    return new Ec2Instances(
        clients.retrying(Ec2Client.builder(), "EC2"),
        clients.retrying(SsmClient.builder(), "SSM"),
        environment.getOrDefault("DOCUMENT_PREFIX", "crypto-robot"));
  }

  @Override
  public List<Instance> tagged(String environment) {
    return described(
        DescribeInstancesRequest.builder()
            .filters(
                Filter.builder().name(ENVIRONMENT).values(environment).build(),
                Filter.builder().name(STACK).values(stack).build())
            .build());
  }

  @Override
  public Instance describe(String instanceId) {
    return described(DescribeInstancesRequest.builder().instanceIds(instanceId).build()).stream()
        .findFirst()
        .orElseThrow(() -> new InstanceNotFound("no instance has the id " + instanceId));
  }

  private List<Instance> described(DescribeInstancesRequest request) {
    return call(
        "ec2:DescribeInstances",
        InstanceNotReady::new,
        () ->
            ec2.describeInstancesPaginator(request).reservations().stream()
                .map(Reservation::instances)
                .flatMap(List::stream)
                .map(Ec2Instances::instance)
                .toList());
  }

  private static Instance instance(software.amazon.awssdk.services.ec2.model.Instance instance) {
    return new Instance(
        instance.instanceId(),
        state(instance.state().nameAsString()),
        Optional.ofNullable(instance.launchTime()).orElse(Instant.EPOCH),
        Optional.ofNullable(instance.privateIpAddress()).orElse(""));
  }

  private static PowerState state(String name) {
    return switch (name) {
      case "pending" -> PowerState.PENDING;
      case "running" -> PowerState.RUNNING;
      case "stopping" -> PowerState.STOPPING;
      case "stopped" -> PowerState.STOPPED;
      case "shutting-down" -> PowerState.SHUTTING_DOWN;
      case "terminated" -> PowerState.TERMINATED;
      default -> throw new IllegalStateException("EC2 has a new instance state: " + name);
    };
  }

  @Override
  public AgentStatus agent(String instanceId) {
    return AwsCall.of(
        "ssm:DescribeInstanceInformation",
        () ->
            ssm
                .describeInstanceInformation(describe -> describe.filters(byInstance(instanceId)))
                .instanceInformationList()
                .stream()
                .findFirst()
                .map(Ec2Instances::agent)
                .orElseGet(() -> new AgentStatus.Offline("not registered with Systems Manager")));
  }

  private static InstanceInformationStringFilter byInstance(String instanceId) {
    return InstanceInformationStringFilter.builder().key("InstanceIds").values(instanceId).build();
  }

  private static AgentStatus agent(InstanceInformation information) {
    return information.pingStatus() == PingStatus.ONLINE
        ? new AgentStatus.Online(information.agentVersion(), information.lastPingDateTime())
        : new AgentStatus.Offline(information.pingStatusAsString());
  }

  @Override
  public void start(String instanceId) {
    call(
        "ec2:StartInstances",
        InstanceNotReady::new,
        () -> ec2.startInstances(start -> start.instanceIds(instanceId)));
  }

  @Override
  public void stop(String instanceId) {
    call(
        "ec2:StopInstances",
        InstanceStopping::new,
        () -> ec2.stopInstances(stop -> stop.instanceIds(instanceId)));
  }

  private static <T> T call(
      String action, Function<String, DeploymentFailure> inWrongState, Supplier<T> call) {
    return AwsCall.of(
        action,
        () -> {
          try {
            return call.get();
          } catch (Ec2Exception e) {
            String code = AwsCall.code(e);
            if (UNKNOWN.contains(code)) {
              throw new InstanceNotFound(action + ": " + e.awsErrorDetails().errorMessage());
            }
            if (NO_CAPACITY.contains(code)) {
              throw new CapacityUnavailable(action + ": " + e.awsErrorDetails().errorMessage());
            }
            if (WRONG_STATE.contains(code)) {
              throw inWrongState.apply(action + ": " + e.awsErrorDetails().errorMessage());
            }
            throw e;
          }
        });
  }
}
