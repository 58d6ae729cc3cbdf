package cryptorobot.localcloud.aws.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Parameters;
import java.util.List;

/** The descriptions of functions in Lambda's responses. */
final class FunctionResponses {
  /** As on AWS, a page has at most 50 functions even if a client requests more. */
  private static final int MOST = 50;

  private FunctionResponses() {}

  static ObjectNode configuration(Function function) {
    return AwsJson.object()
        .put("FunctionName", function.name())
        .put("FunctionArn", function.arn())
        .put("Runtime", "java25")
        .put("Role", function.role())
        .put("Handler", function.handler())
        .put("Timeout", function.timeout().toSeconds())
        .put("MemorySize", 512)
        .put("Version", "$LATEST")
        .put("PackageType", "Zip")
        .put("State", "Active")
        .put("LastUpdateStatus", "Successful");
  }

  static ObjectNode functionWithCode(Function function) {
    ObjectNode response = AwsJson.object();
    response.set("Configuration", configuration(function));
    response.putObject("Code").put("RepositoryType", "local");
    return response;
  }

  /**
   * One page. The marker is the name of the last function on the previous page.
   *
   * @param all sorted by name
   */
  static ObjectNode page(List<Function> all, Parameters parameters) {
    parameters.only("ListFunctions", "Marker", "MaxItems");
    String after = parameters.find("Marker").orElse("");
    int limit = parameters.find("MaxItems").map(FunctionResponses::limit).orElse(MOST);
    List<Function> rest =
        all.stream().filter(function -> function.name().compareTo(after) > 0).toList();
    List<Function> page = rest.subList(0, Math.min(limit, rest.size()));
    ObjectNode response = AwsJson.object();
    ArrayNode functions = response.putArray("Functions");
    page.forEach(function -> functions.add(configuration(function)));
    if (page.size() < rest.size()) {
      response.put("NextMarker", page.getLast().name());
    }
    return response;
  }

  private static int limit(String text) {
    if (!text.matches("[1-9]\\d{0,3}|10000")) {
      throw ApiError.invalid(
          "1 validation error detected: Value '"
              + text
              + "' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and"
              + " 10000");
    }
    return Math.min(MOST, Integer.parseInt(text));
  }
}
