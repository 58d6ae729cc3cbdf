package cryptorobot.deployer.faults.model;

/** Unwinds a killed program. In the model only the code that started it catches this. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String program) {
    super(program, null, false, false);
  }
}
