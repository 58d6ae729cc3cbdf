package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Fields;
import cryptorobot.localcloud.aws.protocol.Json;
import cryptorobot.localcloud.aws.protocol.Paging;
import java.util.Optional;

/** The operations on state machines. */
final class MachineCalls {
  private final Machines machines;

  MachineCalls(Machines machines) {
    this.machines = machines;
  }

  JsonNode create(Fields request) {
    request.only(
        "name", "definition", "roleArn", "type", "loggingConfiguration", "tracingConfiguration");
    String name = request.text("name");
    checkName(name);
    if (!request.find("type").orElse("STANDARD").equals("STANDARD")) {
      throw ApiError.refused(
          "StateMachineTypeNotSupported", "The local cloud runs STANDARD state machines only");
    }
    Machine machine = machines.create(name, request.text("definition"), request.text("roleArn"));
    return Json.object()
        .put("stateMachineArn", machine.arn())
        .put("creationDate", Json.epoch(machine.createdAt()));
  }

  JsonNode update(Fields request) {
    request.only(
        "stateMachineArn", "definition", "roleArn", "loggingConfiguration", "tracingConfiguration");
    Optional<String> definition = request.find("definition");
    Optional<String> role = request.find("roleArn");
    if (definition.isEmpty() && role.isEmpty()) {
      throw ApiError.refused(
          "MissingRequiredParameter", "Either the definition or the role ARN must be given");
    }
    Machine machine = machines.update(request.text("stateMachineArn"), definition, role);
    return Json.object()
        .put("updateDate", Json.epoch(machine.updatedAt()))
        .put("revisionId", machine.revisionId());
  }

  JsonNode delete(Fields request) {
    request.only("stateMachineArn");
    machines.delete(request.text("stateMachineArn"));
    return Json.object();
  }

  JsonNode describe(Fields request) {
    request.only("stateMachineArn", "includedData");
    Machine machine = machines.get(request.text("stateMachineArn"));
    ObjectNode answer =
        identity(machine)
            .put("status", "ACTIVE")
            .put("definition", machine.text())
            .put("roleArn", machine.roleArn())
            .put("revisionId", machine.revisionId());
    answer.putObject("loggingConfiguration").put("level", "OFF").put("includeExecutionData", false);
    answer.putObject("tracingConfiguration").put("enabled", false);
    return answer;
  }

  JsonNode list(Fields request) {
    request.only("maxResults", "nextToken");
    return Paging.of(request, "maxResults", "nextToken", 100, 1000)
        .answer("stateMachines", machines.all().stream().map(MachineCalls::identity).toList());
  }

  private static ObjectNode identity(Machine machine) {
    return Json.object()
        .put("stateMachineArn", machine.arn())
        .put("name", machine.name())
        .put("type", "STANDARD")
        .put("creationDate", Json.epoch(machine.createdAt()));
  }

  /** Names of machines and executions; the set that AWS recommends is enforced, but for dots. */
  static void checkName(String name) {
    if (!name.matches("[0-9A-Za-z._-]{1,80}")) {
      throw ApiError.refused("InvalidName", "Invalid Name: '" + name + "'");
    }
  }
}
