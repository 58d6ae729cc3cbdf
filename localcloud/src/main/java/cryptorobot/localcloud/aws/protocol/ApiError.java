package cryptorobot.localcloud.aws.protocol;

import java.util.Objects;

/** An error as AWS returns it: error code, HTTP status and message. */
public final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final int status;

  public ApiError(int status, String code, String message) {
    super(Objects.requireNonNull(message, "message is null"), null, false, false);
    this.status = status;
    this.code = Objects.requireNonNull(code, "code is null");
  }

  /** A client error, HTTP 400. */
  public static ApiError refused(String code, String message) {
    return new ApiError(400, code, message);
  }

  /** An invalid request. */
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
