package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Paging;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads commands and agents. A command appears shortly after it was sent. */
public final class CommandQueries {
  static final String PLATFORM_NAME = "Debian GNU/Linux";
  static final String PLATFORM_VERSION = "12";

  private final CommandStore store;
  private final Pings pings;
  private final InstantSource clock;
  private final Latencies latencies;

  CommandQueries(CommandStore store, Pings pings, InstantSource clock, Latencies latencies) {
    this.store = store;
    this.pings = pings;
    this.clock = clock;
    this.latencies = latencies;
  }

  JsonNode invocation(RequestFields request) {
    request.only("CommandId", "InstanceId", "PluginName");
    String id = request.text("CommandId");
    if (!id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      throw ApiError.refused("InvalidCommandId", "InvalidCommandId");
    }
    String instanceId = request.text("InstanceId");
    Instant now = clock.instant();
    Optional<Command> command =
        store
            .find(id)
            .filter(sent -> !now.isBefore(sent.requestedAt().plus(latencies.invocation())));
    Optional<Invocation> invocation = command.flatMap(_ -> store.find(id, instanceId));
    if (invocation.isEmpty()) {
      throw ApiError.refused("InvocationDoesNotExist", "InvocationDoesNotExist");
    }
    Optional<String> plugin = request.find("PluginName");
    if (plugin.filter(name -> !name.equals(command.get().document().stepName())).isPresent()) {
      throw ApiError.refused("InvalidPluginName", "InvalidPluginName");
    }
    return CommandResponses.invocation(command.get(), invocation.get(), now);
  }

  JsonNode commands(RequestFields request) {
    request.only("CommandId", "InstanceId", "MaxResults", "NextToken", "Filters");
    List<JsonNode> found = new ArrayList<>();
    for (Command command : matching(request)) {
      if (request.find("InstanceId").filter(i -> !command.instanceIds().contains(i)).isEmpty()) {
        found.add(CommandResponses.command(command, store.invocations(command.id())));
      }
    }
    return Paging.of(request, "MaxResults", "NextToken", 50, 50).response("Commands", found);
  }

  JsonNode invocations(RequestFields request) {
    request.only("CommandId", "InstanceId", "MaxResults", "NextToken", "Filters", "Details");
    boolean details = request.flag("Details", false);
    Optional<String> instance = request.find("InstanceId");
    List<JsonNode> found = new ArrayList<>();
    for (Command command : matching(request)) {
      for (Invocation invocation : store.invocations(command.id())) {
        if (instance.filter(id -> !id.equals(invocation.instanceId())).isEmpty()) {
          found.add(CommandResponses.listed(command, invocation, details));
        }
      }
    }
    return Paging.of(request, "MaxResults", "NextToken", 50, 50)
        .response("CommandInvocations", found);
  }

  private List<Command> matching(RequestFields request) {
    Optional<String> id = request.find("CommandId");
    List<CommandFilter> filters = CommandFilter.of(request);
    Instant now = clock.instant();
    return store.all().stream()
        .filter(command -> !now.isBefore(command.requestedAt().plus(latencies.listing())))
        .filter(command -> id.filter(wanted -> !wanted.equals(command.id())).isEmpty())
        .filter(
            command ->
                filters.stream().allMatch(f -> f.matches(command, store.invocations(command.id()))))
        .toList();
  }

  JsonNode agents(RequestFields request) {
    request.only("Filters", "InstanceInformationFilterList", "MaxResults", "NextToken");
    List<AgentFilter> filters = AgentFilter.of(request);
    List<JsonNode> found =
        pings.registered().stream()
            .filter(agent -> filters.stream().allMatch(filter -> filter.matches(agent)))
            .map(CommandQueries::agent)
            .toList();
    return Paging.of(request, "MaxResults", "NextToken", 50, 50)
        .response("InstanceInformationList", found);
  }

  private static JsonNode agent(Pings.AgentStatus agent) {
    return AwsJson.object()
        .put("InstanceId", agent.machine().instanceId())
        .put("PingStatus", agent.online() ? "Online" : "ConnectionLost")
        .put("LastPingDateTime", AwsJson.epoch(agent.lastPing()))
        // The version of the agent on the AL2023 image of 2026-08-31; ENV_VAR requires 3.3.2746.0.
        .put("AgentVersion", "3.3.4624.0")
        .put("IsLatestVersion", true)
        .put("PlatformType", "Linux")
        .put("PlatformName", PLATFORM_NAME)
        .put("PlatformVersion", PLATFORM_VERSION)
        .put("ResourceType", "EC2Instance")
        .put("IPAddress", agent.machine().address())
        .put("ComputerName", agent.machine().environment());
  }
}
