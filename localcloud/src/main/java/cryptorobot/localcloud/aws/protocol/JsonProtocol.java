package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AWS JSON 1.0 and 1.1: POST, the operation in {@code X-Amz-Target}, errors as {@code __type}. */
public final class JsonProtocol implements AwsService {
  private final List<JsonApi> apis;
  private final Calls calls;

  public JsonProtocol(List<JsonApi> apis, Calls calls) {
    this.apis = List.copyOf(apis);
    this.calls = calls;
  }

  @Override
  public boolean accepts(Request request) {
    return request.header("x-amz-target").isPresent();
  }

  @Override
  public Response handle(Request request) {
    String target = target(request);
    String operation = target.substring(target.lastIndexOf('.') + 1);
    Optional<JsonApi> found = api(target);
    if (found.isEmpty()) {
      return calls.make(
          request,
          "unknown:" + target,
          _ -> {
            throw JsonApi.unknown(target);
          },
          UnverifiedRequest::json,
          e -> failed("1.0", e));
    }
    JsonApi api = found.get();
    return calls.make(
        request,
        api.actions() + ":" + operation,
        caller -> {
          RequestFields fields = new RequestFields(operation, object(request.body()));
          calls.authorize(caller, api.actions() + ":" + operation, fields.node());
          return ok(api, AwsJson.bytes(api.call(fields, caller)));
        },
        UnverifiedRequest::json,
        e -> failed(api.version(), e));
  }

  @Override
  public Response refuse(Request request, String reason) {
    return failed(
        api(target(request)).map(JsonApi::version).orElse("1.0"),
        new ApiError(403, "AccessDeniedException", reason));
  }

  private static String target(Request request) {
    return request.header("x-amz-target").orElseThrow();
  }

  private Optional<JsonApi> api(String target) {
    String prefix = target.contains(".") ? target.substring(0, target.lastIndexOf('.')) : target;
    return apis.stream().filter(api -> api.target().equals(prefix)).findFirst();
  }

  private static Response ok(JsonApi api, byte[] body) {
    return Response.of(200, "application/x-amz-json-" + api.version(), body);
  }

  private static Response failed(String version, ApiError error) {
    ObjectNode body =
        AwsJson.object().put("__type", error.code()).put("message", error.getMessage());
    return new Response(
        error.status(),
        Map.of(
            "Content-Type", "application/x-amz-json-" + version, "x-amzn-ErrorType", error.code()),
        AwsJson.bytes(body));
  }

  private static ObjectNode object(byte[] body) {
    try {
      if (AwsJson.parse(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // The parser's message quotes the text, which may hold a secret.
      throw ApiError.refused("SerializationException", "The request body is not JSON");
    }
    throw ApiError.refused("SerializationException", "The request body is not a JSON object");
  }
}
