package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

/**
 * A server certificate with its key and chain, in PEM.
 *
 * @param cert the server's certificate
 * @param key its private key, PKCS #8
 * @param chain the certificates from the issuer of {@code cert} up to the root, in order
 */
public record IssuedCertificate(String cert, String key, String chain) {
  public IssuedCertificate {
    requireNonNull(cert, "cert is null");
    requireNonNull(key, "key is null");
    requireNonNull(chain, "chain is null");
  }

  @Override
  public String toString() {
    return "IssuedCertificate[redacted]";
  }
}
