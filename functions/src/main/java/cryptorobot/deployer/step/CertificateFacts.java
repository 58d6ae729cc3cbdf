package cryptorobot.deployer.step;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * What the host found out about a certificate; the judgement is ours.
 *
 * @param sans its subject alternative names, with or without OpenSSL's {@code DNS:} in front
 * @param keyMatches whether the private key belongs to it
 * @param chainInOrder whether each certificate that follows signed the one before
 * @param now the host's clock
 */
record CertificateFacts(
    List<String> sans,
    Instant notBefore,
    Instant notAfter,
    boolean keyMatches,
    boolean chainInOrder,
    Instant now) {

  CertificateFacts {
    sans = List.copyOf(sans);
    requireNonNull(notBefore, "notBefore is null");
    requireNonNull(notAfter, "notAfter is null");
    requireNonNull(now, "now is null");
  }
}
