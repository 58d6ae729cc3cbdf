package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What every API call goes through: its caller must prove to be who it is; it is admitted, and
 * noted in the log with its outcome, never with its content.
 */
public final class Calls {
  private final Signatures signatures;
  private final Gate gate;
  private final CallLog log;

  public Calls(Signatures signatures, Gate gate, CallLog log) {
    this.signatures = signatures;
    this.gate = gate;
    this.log = log;
  }

  /**
   * Makes one call; whatever goes wrong is given to {@code failed} to be written down.
   *
   * @param unproven how the protocol says what is wrong with a signature
   */
  Answer make(
      Incoming request,
      String action,
      Function<Caller, Answer> call,
      Function<UnverifiedRequest, ApiError> unproven,
      Function<ApiError, Answer> failed) {
    String who = "-";
    try {
      Caller caller = verified(request, unproven);
      who = caller.accessKeyId();
      Answer answer = call.apply(caller);
      log.called(who, action, answer.status(), "");
      return identified(answer);
    } catch (ApiError e) {
      log.called(who, action, e.status(), e.code());
      return identified(failed.apply(e));
    } catch (RuntimeException e) {
      log.broke(action, e);
      return identified(
          failed.apply(new ApiError(500, "InternalServerError", "Internal error: see cloud.log")));
    }
  }

  /** The same as Lambda's REST API says it. */
  public Answer make(
      Incoming request,
      String action,
      Function<Caller, Answer> call,
      Function<ApiError, Answer> failed) {
    return make(request, action, call, UnverifiedRequest::rest, failed);
  }

  private Caller verified(Incoming request, Function<UnverifiedRequest, ApiError> unproven) {
    try {
      return signatures.verify(request);
    } catch (UnverifiedRequest e) {
      throw unproven.apply(e);
    }
  }

  public void admit(Caller caller, String action, JsonNode request) {
    gate.admit(caller, action, request);
  }

  static String requestId() {
    return UUID.randomUUID().toString();
  }

  private static Answer identified(Answer answer) {
    if (answer.headers().containsKey("x-amzn-RequestId")) {
      return answer;
    }
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.put("x-amzn-RequestId", requestId());
    return new Answer(answer.status(), headers, answer.body());
  }
}
