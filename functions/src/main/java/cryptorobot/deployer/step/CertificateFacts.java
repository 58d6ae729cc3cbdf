package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * The properties of a certificate as the host read them. {@link CertificateVerdict} evaluates them.
 *
 * @param sans its subject alternative names, with or without OpenSSL's prefix {@code DNS:}
 * @param keyMatches whether the private key belongs to it
 * @param keyType {@code RSA 2048}, {@code EC P-256}, or OpenSSL's name for another kind
 * @param tlsRefusal OpenSSL's reason why a server could not load it; empty if it could
 * @param forServers whether its key usages, if it has any, permit use as a TLS server
 * @param authority whether it belongs to a certificate authority, and another authority issued it
 * @param chainInOrder whether each certificate of the chain is signed by the next one
 * @param chainComplete whether the chain ends at a root, or at an authority that the host trusts
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
