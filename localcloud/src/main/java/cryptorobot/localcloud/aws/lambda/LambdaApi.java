package cryptorobot.localcloud.aws.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.AwsService;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Calls;
import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lambda's REST API: Invoke, GetFunction, GetFunctionConfiguration and ListFunctions. */
public final class LambdaApi implements AwsService {
  /** The limit of request and response of a synchronous call, in bytes. */
  static final int LARGEST = 6 * 1024 * 1024;

  private static final int LARGEST_EVENT = 1024 * 1024;
  private static final Pattern PATH =
      Pattern.compile("/2015-03-31/functions(?:/([^/]+)(?:/([a-z-]+))?)?/?");

  private final Functions functions;
  private final Calls calls;
  private final BiConsumer<Function, InvocationResult> asynchronousResult;

  /**
   * @param asynchronousResult receives the result of each asynchronous invocation
   */
  public LambdaApi(
      Functions functions, Calls calls, BiConsumer<Function, InvocationResult> asynchronousResult) {
    this.functions = functions;
    this.calls = calls;
    this.asynchronousResult = asynchronousResult;
  }

  @Override
  public boolean accepts(Request request) {
    return request.path().startsWith("/2015-03-31/functions");
  }

  @Override
  public Response handle(Request request) {
    Matcher path = PATH.matcher(request.path());
    String operation = path.matches() ? operation(request, path) : "unknown";
    return calls.make(
        request,
        "lambda:" + operation,
        caller -> call(request, operation, path, caller),
        LambdaApi::failed);
  }

  @Override
  public Response refuse(Request request, String reason) {
    return failed(new ApiError(403, "AccessDeniedException", reason));
  }

  private static String operation(Request request, Matcher path) {
    String resource =
        path.group(1) == null ? "functions" : path.group(2) == null ? "function" : path.group(2);
    return switch (request.method() + " " + resource) {
      case "POST invocations" -> "InvokeFunction";
      case "GET function" -> "GetFunction";
      case "GET configuration" -> "GetFunctionConfiguration";
      case "GET functions" -> "ListFunctions";
      default -> "unknown";
    };
  }

  private Response call(Request request, String operation, Matcher path, Caller caller) {
    if (operation.equals("unknown")) {
      throw new ApiError(
          404,
          "UnknownOperationException",
          request.method() + " " + request.path() + " is not implemented by the local cloud");
    }
    if (operation.equals("ListFunctions")) {
      calls.authorize(caller, "lambda:ListFunctions", AwsJson.object());
      return json(FunctionResponses.page(functions.all(), request.query()));
    }
    String name = URLDecoder.decode(path.group(1), StandardCharsets.UTF_8);
    calls.authorize(caller, "lambda:" + operation, AwsJson.object().put("FunctionName", name));
    Function function = function(name, request.query().find("Qualifier"));
    return switch (operation) {
      case "GetFunction" -> json(FunctionResponses.functionWithCode(function));
      case "GetFunctionConfiguration" -> json(FunctionResponses.configuration(function));
      default -> invoke(function, request);
    };
  }

  private Function function(String name, Optional<String> qualifier) {
    return functions
        .find(qualifier.filter(q -> !q.equals("$LATEST")).map(q -> name + ":" + q).orElse(name))
        .orElseThrow(
            () ->
                new ApiError(
                    404,
                    "ResourceNotFoundException",
                    "Function not found: " + name + qualifier.map(q -> ":" + q).orElse("")));
  }

  private Response invoke(Function function, Request request) {
    byte[] payload =
        request.body().length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : request.body();
    String type = request.header("x-amz-invocation-type").orElse("RequestResponse");
    int largest = type.equals("Event") ? LARGEST_EVENT : LARGEST;
    if (payload.length > largest) {
      throw new ApiError(
          413,
          "RequestTooLargeException",
          "%d byte payload is too large for the %s invocation type (limit %d bytes)"
              .formatted(payload.length, type, largest));
    }
    try {
      AwsJson.parse(payload);
    } catch (JsonProcessingException e) {
      throw ApiError.refused(
          "InvalidRequestContentException", "Could not parse request body into json");
    }
    return switch (type) {
      case "RequestResponse" -> respond(run(function, payload));
      case "Event" -> {
        Thread.ofVirtual().start(() -> asynchronousResult.accept(function, run(function, payload)));
        yield Response.empty(202);
      }
      case "DryRun" -> Response.empty(204);
      default -> throw ApiError.refused("InvalidParameterValueException", "Unknown type: " + type);
    };
  }

  private InvocationResult run(Function function, byte[] payload) {
    try {
      return functions.invoke(function, payload);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiError(500, "ServiceException", "The local cloud is shutting down");
    }
  }

  private static Response respond(InvocationResult result) {
    InvocationResult sent =
        result.payload().length > LARGEST
            ? InvocationResult.Unhandled.runtime(
                "Function.ResponseSizeTooLarge",
                "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
            : result;
    Map<String, String> headers =
        switch (sent) {
          case InvocationResult.Returned _ ->
              Map.of("Content-Type", "application/json", "X-Amz-Executed-Version", "$LATEST");
          case InvocationResult.Unhandled _ ->
              Map.of(
                  "Content-Type", "application/json",
                  "X-Amz-Executed-Version", "$LATEST",
                  "X-Amz-Function-Error", "Unhandled");
        };
    return new Response(200, headers, sent.payload());
  }

  private static Response json(ObjectNode body) {
    return Response.of(200, "application/json", AwsJson.bytes(body));
  }

  private static Response failed(ApiError error) {
    ObjectNode body =
        AwsJson.object()
            .put("Type", error.status() < 500 ? "User" : "Service")
            .put("Message", error.getMessage());
    return new Response(
        error.status(),
        Map.of("Content-Type", "application/json", "x-amzn-ErrorType", error.code()),
        AwsJson.bytes(body));
  }
}
