package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Parameters;
import cryptorobot.localcloud.aws.protocol.Xml;
import cryptorobot.localcloud.machines.LocalInstance;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One page of a response. The token is the last instance id of the previous page. */
record Page(List<LocalInstance> machines, Optional<String> next) {
  static Page of(List<LocalInstance> all, Parameters parameters) {
    String after = parameters.find("NextToken").orElse("");
    List<LocalInstance> rest =
        all.stream()
            .sorted(Comparator.comparing(LocalInstance::instanceId))
            .filter(machine -> machine.instanceId().compareTo(after) > 0)
            .toList();
    int limit = parameters.find("MaxResults").map(Page::limit).orElse(1000);
    if (rest.size() <= limit) {
      return new Page(rest, Optional.empty());
    }
    return new Page(rest.subList(0, limit), Optional.of(rest.get(limit - 1).instanceId()));
  }

  Xml token(Xml result) {
    return next.map(token -> result.add(Xml.of("nextToken", token))).orElse(result);
  }

  private static int limit(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw ApiError.refused(
          "InvalidParameterValue", "Invalid value '" + text + "' for MaxResults");
    }
    return Integer.parseInt(text);
  }
}
