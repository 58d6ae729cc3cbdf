package cryptorobot.deployer.failure;

/** The secret service failed or refused, so nothing is known about the certificate. */
public final class CertificateUnreadable extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public CertificateUnreadable(String message) {
    super(message);
  }
}
