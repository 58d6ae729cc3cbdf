package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Processes every API call: authenticates the caller, authorizes the call, and logs its result,
 * never its content.
 */
public final class Calls {
  private final Signatures signatures;
  private final Authorizer authorizer;
  private final CallLog log;

  public Calls(Signatures signatures, Authorizer authorizer, CallLog log) {
    this.signatures = signatures;
    this.authorizer = authorizer;
    this.log = log;
  }

  /**
   * Makes a call. {@code failed} writes the response for an error.
   *
   * @param authenticationError translates an authentication error to the protocol's error
   */
  Response make(
      Request request,
      String action,
      Function<Caller, Response> call,
      Function<UnverifiedRequest, ApiError> authenticationError,
      Function<ApiError, Response> failed) {
    String accessKeyId = "-";
    try {
      Caller caller = verified(request, authenticationError);
      accessKeyId = caller.accessKeyId();
      Response response = call.apply(caller);
      log.called(accessKeyId, action, response.status(), "");
      return withRequestId(response);
    } catch (ApiError e) {
      log.called(accessKeyId, action, e.status(), e.code());
      return withRequestId(failed.apply(e));
    } catch (RuntimeException e) {
      log.internalError(action, e);
      return withRequestId(
          failed.apply(new ApiError(500, "InternalServerError", "Internal error: see cloud.log")));
    }
  }

  /** Makes a call with the authentication errors of Lambda's REST API. */
  public Response make(
      Request request,
      String action,
      Function<Caller, Response> call,
      Function<ApiError, Response> failed) {
    return make(request, action, call, UnverifiedRequest::rest, failed);
  }

  private Caller verified(
      Request request, Function<UnverifiedRequest, ApiError> authenticationError) {
    try {
      return signatures.verify(request);
    } catch (UnverifiedRequest e) {
      throw authenticationError.apply(e);
    }
  }

  public void authorize(Caller caller, String action, JsonNode request) {
    authorizer.authorize(caller, action, request);
  }

  static String requestId() {
    return UUID.randomUUID().toString();
  }

  private static Response withRequestId(Response response) {
    if (response.headers().containsKey("x-amzn-RequestId")) {
      return response;
    }
    Map<String, String> headers = new HashMap<>(response.headers());
    headers.put("x-amzn-RequestId", requestId());
    return new Response(response.status(), headers, response.body());
  }
}
