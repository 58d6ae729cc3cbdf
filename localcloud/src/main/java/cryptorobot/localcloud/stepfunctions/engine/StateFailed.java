package cryptorobot.localcloud.stepfunctions.engine;

import java.util.Optional;

/** A state failed. */
final class StateFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final String error;
  private final String location;

  private StateFailed(String error, String cause, String location) {
    super(cause);
    this.error = error;
    this.location = location;
  }

  static StateFailed because(String error, String cause) {
    return new StateFailed(error, cause, null);
  }

  static StateFailed dataLimitExceeded(String cause) {
    return because(ErrorNames.DATA_LIMIT_EXCEEDED, cause);
  }

  /**
   * @param location the field whose expression failed, for example {@code Arguments/Payload}
   */
  static StateFailed evaluation(String location, String cause) {
    return new StateFailed(ErrorNames.QUERY_EVALUATION_ERROR, cause, location);
  }

  Failure failure() {
    return Failure.of(error, getMessage());
  }

  /** Present if an expression failed; the history then has an extra event. */
  Optional<String> location() {
    return Optional.ofNullable(location);
  }
}
