package cryptorobot.deployer.failure;

/** The repository answers, but the branch or commit asked for is not in it. */
public final class BranchMissing extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public BranchMissing(String message) {
    super(message);
  }
}
