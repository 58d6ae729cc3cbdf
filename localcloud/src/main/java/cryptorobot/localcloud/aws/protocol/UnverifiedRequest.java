package cryptorobot.localcloud.aws.protocol;

/** A request whose signature does not prove accessKeyId sent it. */
final class UnverifiedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The error, with AWS's error code in each of its three protocol families. */
  enum Flaw {
    MISSING(
        "MissingAuthenticationTokenException",
        "MissingAuthenticationToken",
        "MissingAuthenticationToken"),
    INCOMPLETE("IncompleteSignatureException", "IncompleteSignature", "IncompleteSignature"),
    UNKNOWN_KEY("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"),
    EXPIRED_KEY("ExpiredTokenException", "ExpiredToken", "RequestExpired"),
    WRONG_TIME("InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired"),
    WRONG("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch");

    private final String json;
    private final String query;
    private final String ec2;

    Flaw(String json, String query, String ec2) {
      this.json = json;
      this.query = query;
      this.ec2 = ec2;
    }
  }

  private final Flaw flaw;

  UnverifiedRequest(Flaw flaw, String message) {
    super(message, null, false, false);
    this.flaw = flaw;
  }

  /** The error of the JSON protocols. */
  ApiError json() {
    return new ApiError(flaw == Flaw.MISSING ? 403 : 400, flaw.json, getMessage());
  }

  /** The error of Lambda. */
  ApiError rest() {
    return new ApiError(403, flaw.json, getMessage());
  }

  /** The error of services with XML responses. */
  ApiError xml(QueryStyle style) {
    return switch (style) {
      case QUERY -> new ApiError(403, flaw.query, getMessage());
      case EC2 -> {
        boolean unknown = flaw == Flaw.UNKNOWN_KEY;
        yield new ApiError(
            unknown ? 401 : 403,
            flaw.ec2,
            unknown
                ? "AWS was not able to validate the provided access credentials"
                : getMessage());
      }
    };
  }
}
