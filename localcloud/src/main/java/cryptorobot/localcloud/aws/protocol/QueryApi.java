package cryptorobot.localcloud.aws.protocol;

/** A service of the AWS Query protocols (XML responses). */
public interface QueryApi {
  /** The service's name in a SigV4 credential scope, which is also IAM's prefix. */
  String service();

  /** The XML namespace of its responses. */
  String namespace();

  QueryStyle style();

  /** The content of the result; throws {@link ApiError}. */
  Xml call(String operation, Parameters parameters, Caller caller);

  /** The error for an operation that is not implemented. */
  static ApiError unknown(String operation) {
    return ApiError.refused(
        "InvalidAction",
        "The action "
            + operation
            + " is not valid for this web service: the local cloud does not"
            + " implement it");
  }
}
