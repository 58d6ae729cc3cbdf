package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Parameters;
import cryptorobot.localcloud.aws.protocol.QueryApi;
import cryptorobot.localcloud.aws.protocol.QueryStyle;
import cryptorobot.localcloud.aws.protocol.Xml;
import cryptorobot.localcloud.machines.Fleet;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.util.List;
import java.util.function.Consumer;

/** EC2: DescribeInstances, DescribeInstanceStatus, StartInstances, StopInstances. */
public final class Ec2Api implements QueryApi {
  private final Fleet fleet;
  private final InstanceXml xml;
  private final Capacity capacity;

  public Ec2Api(Fleet fleet, InstanceXml xml, Capacity capacity) {
    this.fleet = fleet;
    this.xml = xml;
    this.capacity = capacity;
  }

  @Override
  public String service() {
    return "ec2";
  }

  @Override
  public String namespace() {
    return "http://ec2.amazonaws.com/doc/2016-11-15/";
  }

  @Override
  public QueryStyle style() {
    return QueryStyle.EC2;
  }

  @Override
  public Xml call(String operation, Parameters parameters, Caller caller) {
    return switch (operation) {
      case "DescribeInstances" -> describe(parameters);
      case "DescribeInstanceStatus" -> status(parameters);
      case "StartInstances" -> start(parameters);
      case "StopInstances" -> stop(parameters);
      default -> throw QueryApi.unknown(operation);
    };
  }

  private Xml describe(Parameters parameters) {
    parameters.only("DescribeInstances", "InstanceId", "Filter", "MaxResults", "NextToken");
    Page page = Page.of(matching(parameters), parameters);
    Xml reservations =
        Xml.of("reservationSet").addAll(page.machines().stream().map(xml::reservation).toList());
    return page.token(Xml.of("result").add(reservations));
  }

  private Xml status(Parameters parameters) {
    parameters.only(
        "DescribeInstanceStatus",
        "InstanceId",
        "Filter",
        "IncludeAllInstances",
        "MaxResults",
        "NextToken");
    boolean all = parameters.find("IncludeAllInstances").orElse("false").equals("true");
    List<LocalInstance> machines =
        matching(parameters).stream()
            .filter(machine -> all || machine.state() == MachineState.RUNNING)
            .toList();
    Page page = Page.of(machines, parameters);
    return page.token(
        Xml.of("result")
            .add(
                Xml.of("instanceStatusSet")
                    .addAll(page.machines().stream().map(xml::status).toList())));
  }

  private Xml start(Parameters parameters) {
    parameters.only("StartInstances", "InstanceId");
    List<LocalInstance> machines = named(parameters);
    for (LocalInstance machine : machines) {
      if (machine.state() == MachineState.STOPPING) {
        throw incorrectState(machine, "started");
      }
      if (machine.state() == MachineState.STOPPED && !capacity.hasRoomFor(machine)) {
        // A server error:
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        throw new ApiError(
            500,
            "InsufficientInstanceCapacity",
            "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested");
      }
    }
    return change(machines, fleet::start, MachineState.STOPPED);
  }

  private Xml stop(Parameters parameters) {
    parameters.only("StopInstances", "InstanceId");
    List<LocalInstance> machines = named(parameters);
    for (LocalInstance machine : machines) {
      if (machine.state() == MachineState.PENDING) {
        throw incorrectState(machine, "stopped");
      }
    }
    return change(machines, fleet::stop, MachineState.RUNNING);
  }

  private static ApiError incorrectState(LocalInstance machine, String wanted) {
    return ApiError.refused(
        "IncorrectInstanceState",
        "The instance '%s' is not in a state from which it can be %s."
            .formatted(machine.instanceId(), wanted));
  }

  /**
   * Applies the action to the instances in the given state; the others have reached or approach the
   * target state.
   */
  private Xml change(List<LocalInstance> before, Consumer<String> action, MachineState from) {
    before.stream()
        .filter(machine -> machine.state() == from)
        .forEach(machine -> action.accept(machine.instanceId()));
    List<LocalInstance> now = fleet.machines();
    return Xml.of("result")
        .add(
            Xml.of("instancesSet")
                .addAll(
                    before.stream()
                        .map(machine -> xml.change(machine, stateIn(now, machine)))
                        .toList()));
  }

  private static MachineState stateIn(List<LocalInstance> now, LocalInstance machine) {
    return now.stream()
        .filter(other -> other.instanceId().equals(machine.instanceId()))
        .map(LocalInstance::state)
        .findFirst()
        .orElse(machine.state());
  }

  private List<LocalInstance> named(Parameters parameters) {
    if (parameters.list("InstanceId").isEmpty()) {
      throw ApiError.refused(
          "MissingParameter", "The request must contain the parameter InstanceId");
    }
    return matching(parameters);
  }

  private List<LocalInstance> matching(Parameters parameters) {
    List<String> ids = parameters.list("InstanceId");
    List<LocalInstance> machines = fleet.machines();
    ids.forEach(id -> known(id, machines));
    List<Filter> filters = Filter.of(parameters);
    return machines.stream()
        .filter(machine -> ids.isEmpty() || ids.contains(machine.instanceId()))
        .filter(machine -> filters.stream().allMatch(filter -> filter.matches(machine)))
        .toList();
  }

  private static void known(String id, List<LocalInstance> machines) {
    if (!id.matches("i-([0-9a-f]{8}|[0-9a-f]{17})")) {
      throw ApiError.refused("InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\"");
    }
    if (machines.stream().noneMatch(machine -> machine.instanceId().equals(id))) {
      throw ApiError.refused(
          "InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
    }
  }
}
