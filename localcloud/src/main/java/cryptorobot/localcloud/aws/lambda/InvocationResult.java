package cryptorobot.localcloud.aws.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import java.util.Objects;

/** The result of an invocation: a payload, or the JSON of an error. */
public sealed interface InvocationResult {
  byte[] payload();

  /** The handler returned. */
  record Returned(byte[] payload) implements InvocationResult {
    public Returned {
      Objects.requireNonNull(payload, "payload is null");
    }
  }

  /**
   * The handler threw, timed out, or could not be created: {@code X-Amz-Function-Error: Unhandled}.
   */
  record Unhandled(byte[] payload) implements InvocationResult {
    public Unhandled {
      Objects.requireNonNull(payload, "payload is null");
    }

    /** An error of the runtime, not of the function. */
    static Unhandled runtime(String type, String message) {
      ObjectNode error = AwsJson.object().put("errorMessage", message).put("errorType", type);
      return new Unhandled(AwsJson.bytes(error));
    }

    /** Lambda's error for a function that did not return in time. */
    static Unhandled timedOut(String requestId, java.time.Duration limit) {
      return runtime(
          "Sandbox.Timedout",
          "RequestId: %s Error: Task timed out after %.2f seconds"
              .formatted(requestId, limit.toMillis() / 1000.0));
    }
  }
}
