package cryptorobot.deployer.faults.model;

/** A step fails with one of its failure names: {@code fail} of {@code lib.sh}. */
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
