package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;

/** A service of the AWS JSON protocols. */
public interface JsonApi {
  /** The prefix before the dot in {@code X-Amz-Target}. */
  String target();

  /** {@code 1.0} or {@code 1.1}. */
  String version();

  /** The IAM prefix of its actions. */
  String actions();

  /** Throws {@link ApiError}, and {@link #unknown} for an unknown operation. */
  JsonNode call(RequestFields request, Caller caller);

  /** The error for an operation that is not implemented. */
  static ApiError unknown(String operation) {
    return ApiError.refused(
        "UnknownOperationException",
        "The operation " + operation + " is not implemented by the local cloud");
  }
}
