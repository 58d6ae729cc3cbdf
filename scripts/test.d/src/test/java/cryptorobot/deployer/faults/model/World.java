package cryptorobot.deployer.faults.model;

/** What the instance finds outside: the repository's newest commit, and what it requires. */
public interface World {
  /** The commit the branch is at. */
  String head();

  /** The virtual environment that a commit's requirements ask for. */
  String environmentOf(String revision);
}
