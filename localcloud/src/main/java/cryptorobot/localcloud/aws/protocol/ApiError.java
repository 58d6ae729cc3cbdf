package cryptorobot.localcloud.aws.protocol;

import java.util.Objects;

/** An answer in AWS's own words: the error code, the HTTP status and the sentence. */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final int status;

  public ApiError(int status, String code, String message) {
    super(Objects.requireNonNull(message, "message is null"), null, false, false);
    this.status = status;
    this.code = Objects.requireNonNull(code, "code is null");
  }

  /** The client's fault, HTTP 400. */
  public static ApiError refused(String code, String message) {
    return new ApiError(400, code, message);
  }

  /** A request whose shape is wrong. */
  public static ApiError invalid(String message) {
    return refused("ValidationException", message);
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }
}
