package cryptorobot.localcloud.aws.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.AwsJson;

/**
 * A throwable in the format of the Java runtime: {@code errorType} is the qualified class name
 * (compared with the runtime interface client 2.9.0).
 */
final class FunctionErrors {
  private FunctionErrors() {}

  static InvocationResult.Unhandled of(Throwable thrown) {
    ObjectNode error = AwsJson.object();
    error.put("errorMessage", thrown.getMessage());
    error.put("errorType", thrown.getClass().getName());
    ArrayNode trace = error.putArray("stackTrace");
    for (StackTraceElement element : thrown.getStackTrace()) {
      trace.add(element.toString());
    }
    return new InvocationResult.Unhandled(AwsJson.bytes(error));
  }
}
