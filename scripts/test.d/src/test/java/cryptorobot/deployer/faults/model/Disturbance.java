package cryptorobot.deployer.faults.model;

/** What can happen to a program on the instance between two of its changes. */
public interface Disturbance {

  /**
   * Called before each change and once after the last.
   *
   * @param program a step's name, {@code dead-man} or {@code settle}
   * @param change what would be next
   */
  void before(Program program, String change);
}
