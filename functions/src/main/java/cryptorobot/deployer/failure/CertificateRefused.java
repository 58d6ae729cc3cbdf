package cryptorobot.deployer.failure;

/** The certificate is bad and the request insists on HTTPS. */
public final class CertificateRefused extends DeploymentFailure {

  private static final long serialVersionUID = 1L;

  public CertificateRefused(String message) {
    super(message);
  }
}
