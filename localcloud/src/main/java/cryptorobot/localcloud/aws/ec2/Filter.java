package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Parameters;
import cryptorobot.localcloud.machines.LocalInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An EC2 filter: a name, and values. One value must match; {@code *} and {@code ?} are wildcards.
 */
record Filter(String name, List<String> values) {
  private static final Set<String> KNOWN =
      Set.of(
          "instance-id",
          "instance-state-name",
          "instance-state-code",
          "private-ip-address",
          "ip-address",
          "tag-key");

  Filter {
    Objects.requireNonNull(name, "name is null");
    values = List.copyOf(values);
    if (!name.startsWith("tag:") && !KNOWN.contains(name)) {
      throw ApiError.refused(
          "InvalidParameterValue",
          "The filter '" + name + "' is invalid, or not implemented by the local cloud");
    }
  }

  static List<Filter> of(Parameters parameters) {
    List<Filter> filters = new ArrayList<>();
    for (int i = 1; parameters.find("Filter." + i + ".Name").isPresent(); i++) {
      filters.add(
          new Filter(
              parameters.text("Filter." + i + ".Name"), parameters.list("Filter." + i + ".Value")));
    }
    return filters;
  }

  boolean matches(LocalInstance machine) {
    if (name.startsWith("tag:")) {
      return any(machine.tags().get(name.substring(4)));
    }
    return switch (name) {
      case "instance-id" -> any(machine.instanceId());
      case "instance-state-name" -> any(InstanceXml.name(machine.state()));
      case "instance-state-code" -> any(Integer.toString(InstanceXml.code(machine.state())));
      case "private-ip-address", "ip-address" -> any(machine.address());
      case "tag-key" -> machine.tags().keySet().stream().anyMatch(this::any);
      default -> throw new IllegalStateException("known, but not implemented: " + name);
    };
  }

  private boolean any(String found) {
    return found != null && values.stream().anyMatch(value -> glob(value).matcher(found).matches());
  }

  private static Pattern glob(String value) {
    return Pattern.compile(
        value
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining()),
        Pattern.DOTALL);
  }
}
