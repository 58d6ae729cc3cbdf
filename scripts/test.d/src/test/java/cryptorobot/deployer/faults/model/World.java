package cryptorobot.deployer.faults.model;

/** The repository as the instance reads it: its newest commit, and what that requires. */
public interface World {
  /** The newest commit of the branch. */
  String head();

  /** The virtual environment that a commit's requirements need. */
  String environmentOf(String revision);
}
