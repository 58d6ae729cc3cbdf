package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A filter of DescribeInstanceInformation, in either of AWS's two formats. */
record AgentFilter(String key, List<String> values) {
  AgentFilter {
    Objects.requireNonNull(key, "key is null");
    values = List.copyOf(values);
    if (!key.startsWith("tag:")
        && !Set.of("InstanceIds", "PingStatus", "PlatformTypes", "ResourceType").contains(key)) {
      throw ApiError.refused(
          "InvalidInstanceInformationFilterValue",
          key + " is not a filter key, or is not implemented here");
    }
  }

  static List<AgentFilter> of(RequestFields request) {
    return Stream.concat(
            request.objects("Filters").stream()
                .map(filter -> new AgentFilter(filter.text("Key"), filter.texts("Values"))),
            request.objects("InstanceInformationFilterList").stream()
                .map(filter -> new AgentFilter(filter.text("key"), filter.texts("valueSet"))))
        .toList();
  }

  boolean matches(Pings.AgentStatus agent) {
    if (key.startsWith("tag:")) {
      return values.contains(agent.machine().tags().get(key.substring(4)));
    }
    return switch (key) {
      case "InstanceIds" -> values.contains(agent.machine().instanceId());
      case "PingStatus" -> values.contains(agent.online() ? "Online" : "ConnectionLost");
      case "PlatformTypes" -> values.contains("Linux");
      case "ResourceType" -> values.contains("EC2Instance");
      default -> throw new IllegalStateException("known, but not implemented: " + key);
    };
  }
}
