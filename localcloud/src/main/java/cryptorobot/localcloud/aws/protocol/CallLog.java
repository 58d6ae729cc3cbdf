package cryptorobot.localcloud.aws.protocol;

/** Logs calls. Receives neither requests nor responses: they may hold secrets. */
public interface CallLog {
  /**
   * @param error AWS's error code; empty if the call succeeded
   */
  void called(String accessKeyId, String action, int status, String error);

  /** Logs an internal error of the local cloud. */
  void internalError(String action, RuntimeException fault);
}
