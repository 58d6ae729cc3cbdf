package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What the host found out about a certificate; the judgement is ours.
 *
 * @param sans its subject alternative names, with or without OpenSSL's {@code DNS:} in front
 * @param keyMatches whether the private key belongs to it
 * @param keyType {@code RSA 2048}, {@code EC P-256}, or OpenSSL's word for another kind
 * @param tlsRefusal why a server could not load it, in OpenSSL's words; empty when it could
 * @param forServers whether its usages, where it names any, include being a TLS server
 * @param authority whether it is an authority's, issued by another one
 * @param chainInOrder whether each certificate that follows signed the one before
 * @param chainComplete whether it ends at a root, or an authority the host trusts stands behind it
 * @param now the host's clock
 */
record CertificateFacts(
    List<String> sans,
    Instant notBefore,
    Instant notAfter,
    boolean keyMatches,
    String keyType,
    String tlsRefusal,
    boolean forServers,
    boolean authority,
    boolean chainInOrder,
    boolean chainComplete,
    Instant now) {

  CertificateFacts {
    sans = List.copyOf(sans);
    requireNonNull(notBefore, "notBefore is null");
    requireNonNull(notAfter, "notAfter is null");
    requireNonNull(keyType, "keyType is null");
    requireNonNull(tlsRefusal, "tlsRefusal is null");
    requireNonNull(now, "now is null");
  }
}
