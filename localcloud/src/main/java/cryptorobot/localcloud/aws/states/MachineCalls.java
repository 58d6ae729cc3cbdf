package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Paging;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.util.Optional;

/** The operations on state machines. */
final class MachineCalls {
  private final Machines machines;

  MachineCalls(Machines machines) {
    this.machines = machines;
  }

  JsonNode create(RequestFields request) {
    request.only(
        "name", "definition", "roleArn", "type", "loggingConfiguration", "tracingConfiguration");
    String name = request.text("name");
    checkName(name);
    if (!request.find("type").orElse("STANDARD").equals("STANDARD")) {
      throw ApiError.refused(
          "StateMachineTypeNotSupported", "The local cloud runs STANDARD state machines only");
    }
    StoredMachine machine =
        machines.create(name, request.text("definition"), request.text("roleArn"));
    return AwsJson.object()
        .put("stateMachineArn", machine.arn())
        .put("creationDate", AwsJson.epoch(machine.createdAt()));
  }

  JsonNode update(RequestFields request) {
    request.only(
        "stateMachineArn", "definition", "roleArn", "loggingConfiguration", "tracingConfiguration");
    Optional<String> definition = request.find("definition");
    Optional<String> role = request.find("roleArn");
    if (definition.isEmpty() && role.isEmpty()) {
      throw ApiError.refused(
          "MissingRequiredParameter", "Either the definition or the role ARN must be given");
    }
    StoredMachine machine = machines.update(request.text("stateMachineArn"), definition, role);
    return AwsJson.object()
        .put("updateDate", AwsJson.epoch(machine.updatedAt()))
        .put("revisionId", machine.revisionId());
  }

  JsonNode delete(RequestFields request) {
    request.only("stateMachineArn");
    machines.delete(request.text("stateMachineArn"));
    return AwsJson.object();
  }

  JsonNode describe(RequestFields request) {
    request.only("stateMachineArn", "includedData");
    StoredMachine machine = machines.get(request.text("stateMachineArn"));
    ObjectNode response =
        identity(machine)
            .put("status", "ACTIVE")
            .put("definition", machine.text())
            .put("roleArn", machine.roleArn())
            .put("revisionId", machine.revisionId());
    response
        .putObject("loggingConfiguration")
        .put("level", "OFF")
        .put("includeExecutionData", false);
    response.putObject("tracingConfiguration").put("enabled", false);
    return response;
  }

  JsonNode list(RequestFields request) {
    request.only("maxResults", "nextToken");
    return Paging.of(request, "maxResults", "nextToken", 100, 1000)
        .response("stateMachines", machines.all().stream().map(MachineCalls::identity).toList());
  }

  private static ObjectNode identity(StoredMachine machine) {
    return AwsJson.object()
        .put("stateMachineArn", machine.arn())
        .put("name", machine.name())
        .put("type", "STANDARD")
        .put("creationDate", AwsJson.epoch(machine.createdAt()));
  }

  /**
   * Checks the name of a state machine or an execution: the characters that AWS recommends, and
   * dots.
   */
  static void checkName(String name) {
    if (!name.matches("[0-9A-Za-z._-]{1,80}")) {
      throw ApiError.refused("InvalidName", "Invalid Name: '" + name + "'");
    }
  }
}
