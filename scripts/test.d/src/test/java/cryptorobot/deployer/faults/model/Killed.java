package cryptorobot.deployer.faults.model;

/** Unwinds a program that is no more. Nothing of the model catches it but who started it. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed(String program) {
    super(program, null, false, false);
  }
}
