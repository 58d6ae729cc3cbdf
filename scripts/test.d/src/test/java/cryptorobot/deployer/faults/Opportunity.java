package cryptorobot.deployer.faults;

/** A place in a run where a fault can be injected. */
sealed interface Opportunity {

  /** A first attempt at a state. */
  record Entered(String state) implements Opportunity {}

  /** A program on the instance is about to make a change. */
  record Change(String program, int point, String what) implements Opportunity {}
}
