package cryptorobot.deployer.faults.model;

/** How a command is delivered to the instance. */
public sealed interface Delivery {
  record Normal() implements Delivery {}

  /** Two copies arrive. */
  record Twice() implements Delivery {}

  /** It expires and never arrives. */
  record Never() implements Delivery {}

  /**
   * It counts as expired and still arrives.
   *
   * @param afterCommands how many more commands end before it arrives
   */
  record Late(int afterCommands) implements Delivery {}
}
