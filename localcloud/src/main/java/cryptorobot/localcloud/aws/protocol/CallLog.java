package cryptorobot.localcloud.aws.protocol;

/** Where calls are noted. Neither requests nor answers are given to it: they may hold secrets. */
public interface CallLog {
  /**
   * @param error AWS's error code, empty when it went well
   */
  void called(String accessKeyId, String action, int status, String error);

  /** A fault of the local cloud itself. */
  void broke(String action, RuntimeException fault);
}
