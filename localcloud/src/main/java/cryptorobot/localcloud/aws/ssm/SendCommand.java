package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import cryptorobot.localcloud.machines.MachineState;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** CancelCommand, and SendCommand with all checks that AWS makes before it creates a command. */
public final class SendCommand {
  /** The size limit of a document including the parameters sent with it. */
  private static final int LARGEST = 64 * 1024;

  private final Documents documents;
  private final Pings pings;
  private final CommandStore store;
  private final Agent agent;
  private final InstantSource clock;

  SendCommand(
      Documents documents, Pings pings, CommandStore store, Agent agent, InstantSource clock) {
    this.documents = documents;
    this.pings = pings;
    this.store = store;
    this.agent = agent;
    this.clock = clock;
  }

  JsonNode send(RequestFields request) {
    request.only(
        "DocumentName",
        "DocumentVersion",
        "DocumentHash",
        "DocumentHashType",
        "InstanceIds",
        "Parameters",
        "Comment",
        "TimeoutSeconds");
    Document document = documents.get(simpleName(request.text("DocumentName")));
    DocumentQueries.checkVersion(request, document);
    String comment = request.find("Comment").orElse("");
    if (comment.length() > 100) {
      throw ApiError.invalid(
          "1 validation error detected: Value at 'comment' failed to satisfy constraint: Member"
              + " must have length less than or equal to 100");
    }
    int timeout = request.integer("TimeoutSeconds", 3600, 30, 2_592_000);
    Map<String, List<String>> parameters = parameters(request);
    check(document, parameters);
    List<String> instances = instances(request);
    Command command =
        new Command(
            UUID.randomUUID().toString(),
            document,
            parameters,
            comment,
            instances,
            clock.instant(),
            timeout);
    store.add(command);
    ObjectNode response = AwsJson.object();
    response.set("Command", CommandResponses.command(command, store.invocations(command.id())));
    agent.send(command);
    return response;
  }

  JsonNode cancel(RequestFields request) {
    request.only("CommandId", "InstanceIds");
    String id = request.text("CommandId");
    Command command =
        store.find(id).orElseThrow(() -> ApiError.refused("InvalidCommandId", "InvalidCommandId"));
    List<String> wanted = request.texts("InstanceIds");
    for (String instance : wanted) {
      if (!command.instanceIds().contains(instance)) {
        throw ApiError.refused("InvalidInstanceId", instance + " did not receive this command");
      }
    }
    (wanted.isEmpty() ? command.instanceIds() : wanted)
        .forEach(instance -> agent.cancel(command, instance));
    return AwsJson.object();
  }

  private static String simpleName(String nameOrArn) {
    return nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
  }

  private static Map<String, List<String>> parameters(RequestFields request) {
    JsonNode node = request.node().path("Parameters");
    if (!node.isMissingNode() && !node.isObject()) {
      throw ApiError.refused("SerializationException", "Parameters must be a map");
    }
    Map<String, List<String>> parameters = new TreeMap<>();
    if (node instanceof ObjectNode object) {
      RequestFields each = new RequestFields("SendCommand.Parameters", object);
      object.fieldNames().forEachRemaining(name -> parameters.put(name, each.texts(name)));
    }
    return parameters;
  }

  private static void check(Document document, Map<String, List<String>> parameters) {
    TreeSet<String> unknown = new TreeSet<>(parameters.keySet());
    document.parameters().forEach(parameter -> unknown.remove(parameter.name()));
    if (!unknown.isEmpty()) {
      throw ApiError.refused(
          "InvalidParameters",
          "Parameters " + unknown + " are not defined in document " + document.name() + ".");
    }
    Map<String, String> values = document.environment(parameters);
    int size =
        document.content().getBytes(StandardCharsets.UTF_8).length
            + values.values().stream()
                .mapToInt(value -> value.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    if (size > LARGEST) {
      throw ApiError.refused(
          "MaxDocumentSizeExceeded",
          "The document with its parameters has " + size + " bytes; the limit is 64 KB");
    }
  }

  private List<String> instances(RequestFields request) {
    List<String> instances = request.texts("InstanceIds");
    if (instances.isEmpty() || instances.size() > 50) {
      throw ApiError.invalid("InstanceIds must name 1 to 50 instances");
    }
    if (new HashSet<>(instances).size() < instances.size()) {
      throw ApiError.refused("DuplicateInstanceId", "An instance is named twice");
    }
    List<Pings.AgentStatus> registered = pings.registered();
    for (String instance : instances) {
      boolean reachable =
          registered.stream()
              .anyMatch(
                  agent ->
                      agent.machine().instanceId().equals(instance)
                          && agent.machine().state() == MachineState.RUNNING);
      if (!reachable) {
        throw ApiError.refused(
            "InvalidInstanceId", "Instances [[" + instance + "]] not in a valid state for account");
      }
    }
    return instances;
  }
}
