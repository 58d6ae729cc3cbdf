package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Commands and invocations in SSM's response format. */
final class CommandResponses {
  /** How many characters of stdout GetCommandInvocation returns. */
  private static final int STDOUT = 24_000;

  private static final int STDERR = 8_000;

  private CommandResponses() {}

  static ObjectNode command(Command command, List<Invocation> invocations) {
    Set<InvocationStatus> statuses =
        invocations.stream().map(Invocation::status).collect(Collectors.toSet());
    InvocationStatus status = overall(statuses);
    ObjectNode node =
        AwsJson.object()
            .put("CommandId", command.id())
            .put("DocumentName", command.document().name())
            .put("DocumentVersion", "1")
            .put("Comment", command.comment())
            .put("ExpiresAfter", AwsJson.epoch(command.expiresAfter()))
            .put("RequestedDateTime", AwsJson.epoch(command.requestedAt()))
            .put("Status", status.status())
            .put("StatusDetails", status.details())
            .put("MaxConcurrency", "50")
            .put("MaxErrors", "0")
            .put("OutputS3BucketName", "")
            .put("OutputS3KeyPrefix", "")
            .put("TimeoutSeconds", command.timeoutSeconds())
            .put("TargetCount", invocations.size())
            .put("CompletedCount", count(invocations, InvocationStatus::isTerminal))
            .put(
                "ErrorCount",
                count(
                    invocations,
                    s -> s == InvocationStatus.FAILED || s == InvocationStatus.EXECUTION_TIMED_OUT))
            .put(
                "DeliveryTimedOutCount",
                count(invocations, s -> s == InvocationStatus.DELIVERY_TIMED_OUT));
    node.putArray("Targets");
    command.instanceIds().forEach(node.putArray("InstanceIds")::add);
    ObjectNode parameters = node.putObject("Parameters");
    new TreeMap<>(command.parameters())
        .forEach((name, values) -> values.forEach(parameters.putArray(name)::add));
    return node;
  }

  private static long count(
      List<Invocation> invocations, java.util.function.Predicate<InvocationStatus> which) {
    return invocations.stream().map(Invocation::status).filter(which).count();
  }

  private static InvocationStatus overall(Set<InvocationStatus> statuses) {
    if (statuses.size() == 1) {
      return statuses.iterator().next();
    }
    if (!statuses.stream().allMatch(InvocationStatus::isTerminal)) {
      return InvocationStatus.IN_PROGRESS;
    }
    for (InvocationStatus worst :
        List.of(
            InvocationStatus.FAILED,
            InvocationStatus.EXECUTION_TIMED_OUT,
            InvocationStatus.DELIVERY_TIMED_OUT)) {
      if (statuses.contains(worst)) {
        return worst;
      }
    }
    return InvocationStatus.CANCELLED;
  }

  static ObjectNode listed(Command command, Invocation invocation, boolean details) {
    ObjectNode node =
        AwsJson.object()
            .put("CommandId", command.id())
            .put("InstanceId", invocation.instanceId())
            .put("InstanceName", "")
            .put("Comment", command.comment())
            .put("DocumentName", command.document().name())
            .put("DocumentVersion", "1")
            .put("RequestedDateTime", AwsJson.epoch(command.requestedAt()))
            .put("Status", invocation.status().status())
            .put("StatusDetails", invocation.status().details())
            .put("StandardOutputUrl", "")
            .put("StandardErrorUrl", "");
    ArrayNode plugins = node.putArray("CommandPlugins");
    if (details) {
      plugins.add(plugin(command, invocation));
    }
    return node;
  }

  private static ObjectNode plugin(Command command, Invocation invocation) {
    ObjectNode plugin =
        AwsJson.object()
            .put("Name", command.document().stepName())
            .put("Status", invocation.status().status())
            .put("StatusDetails", invocation.status().details())
            .put("ResponseCode", invocation.responseCode())
            .put("Output", AgentOutput.both(invocation.stdout(), invocation.stderr()))
            .put("StandardOutputUrl", "")
            .put("StandardErrorUrl", "");
    invocation.startedAt().ifPresent(at -> plugin.put("ResponseStartDateTime", AwsJson.epoch(at)));
    invocation.endedAt().ifPresent(at -> plugin.put("ResponseFinishDateTime", AwsJson.epoch(at)));
    return plugin;
  }

  static ObjectNode invocation(Command command, Invocation invocation, Instant now) {
    ObjectNode node =
        AwsJson.object()
            .put("CommandId", command.id())
            .put("InstanceId", invocation.instanceId())
            .put("Comment", command.comment())
            .put("DocumentName", command.document().name())
            .put("DocumentVersion", "1")
            .put("PluginName", command.document().stepName())
            .put("ResponseCode", invocation.responseCode())
            .put("ExecutionStartDateTime", text(invocation.startedAt()))
            .put("ExecutionElapsedTime", invocation.elapsed(now))
            .put("ExecutionEndDateTime", text(invocation.endedAt()))
            .put("Status", invocation.status().status())
            .put("StatusDetails", invocation.status().details())
            .put("StandardOutputContent", first(invocation.stdout(), STDOUT))
            .put("StandardOutputUrl", "")
            .put("StandardErrorContent", first(invocation.stderr(), STDERR))
            .put("StandardErrorUrl", "");
    node.putObject("CloudWatchOutputConfig")
        .put("CloudWatchLogGroupName", "")
        .put("CloudWatchOutputEnabled", false);
    return node;
  }

  private static String first(String text, int characters) {
    return text.length() <= characters ? text : text.substring(0, characters);
  }

  private static String text(java.util.Optional<Instant> at) {
    return at.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS).toString()).orElse("");
  }
}
