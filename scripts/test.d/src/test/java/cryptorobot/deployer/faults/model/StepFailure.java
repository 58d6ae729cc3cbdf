package cryptorobot.deployer.faults.model;

/** A step ends in a failure it has a name for: {@code fail} of {@code lib.sh}. */
final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String name;

  StepFailure(String name, String message) {
    super(message, null, false, false);
    this.name = name;
  }

  String name() {
    return name;
  }
}
