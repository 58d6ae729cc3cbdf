package cryptorobot.deployer.failure;

/** The instance cannot carry a release: disk, role, clock, tool or agent is not as needed. */
public final class HostUnfit extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public HostUnfit(String message) {
    super(message);
  }
}
