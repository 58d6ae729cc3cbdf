package cryptorobot.deployer.step;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a certificate may be used.
 *
 * @param problem every reason against its use; empty if there is none
 * @param warning what will soon prevent its use, or may prevent it for some clients; otherwise
 *     empty
 */
record CertificateVerdict(String problem, String warning) {

  private static final Duration SOON = Duration.ofDays(14);

  private static final List<String> CURVES = List.of("EC P-256", "EC P-384", "EC P-521");

  boolean valid() {
    return problem.isEmpty();
  }

  static CertificateVerdict of(CertificateFacts facts, String hostname) {
    String problem =
        Stream.of(time(facts), name(facts, hostname), key(facts), usage(facts), chain(facts))
            .filter(found -> !found.isEmpty())
            .collect(joining("; "));
    return new CertificateVerdict(problem, problem.isEmpty() ? warning(facts) : "");
  }

  private static String time(CertificateFacts facts) {
    if (facts.now().isBefore(facts.notBefore())) {
      return "it is not valid before " + facts.notBefore();
    }
    return facts.now().isBefore(facts.notAfter()) ? "" : "it expired at " + facts.notAfter();
  }

  private static String name(CertificateFacts facts, String hostname) {
    if (facts.sans().isEmpty()) {
      return "it has no subject alternative names, and a common name does not count";
    }
    return CertificateNames.match(facts.sans(), hostname)
        ? ""
        : "it is not for " + hostname + " but for " + String.join(", ", facts.sans());
  }

  private static String key(CertificateFacts facts) {
    if (!facts.keyMatches()) {
      return "the private key does not belong to it";
    }
    if (!isAcceptedByClients(facts.keyType())) {
      return "its key is "
          + facts.keyType()
          + ", but browsers accept only RSA of 2048 bits or more, EC P-256 and EC P-384";
    }
    return facts.tlsRefusal().isEmpty() ? "" : "no server can load it: " + facts.tlsRefusal();
  }

  /**
   * P-521 is accepted: every browser but Chrome supports it. Ed25519 is not: no browser supports it
   * and no public authority signs it: <a
   * href="https://cabforum.org/working-groups/server/baseline-requirements/">Baseline Requirements,
   * 6.1.5</a>.
   */
  private static boolean isAcceptedByClients(String keyType) {
    return keyType.matches("RSA [0-9]{1,6}")
        ? Integer.parseInt(keyType.substring(4)) >= 2048
        : CURVES.contains(keyType);
  }

  private static String usage(CertificateFacts facts) {
    if (facts.authority()) {
      return "it is the certificate of an authority, not of a server";
    }
    return facts.forServers() ? "" : "its key usages do not permit use as a server";
  }

  private static String chain(CertificateFacts facts) {
    return facts.chainInOrder()
        ? ""
        : "its chain is out of order: each certificate must be signed by the next one";
  }

  private static String warning(CertificateFacts facts) {
    String soon =
        facts.now().plus(SOON).isBefore(facts.notAfter())
            ? ""
            : "the certificate expires at " + facts.notAfter();
    String alone =
        facts.chainComplete()
            ? ""
            : "its chain does not reach a root that this instance trusts: clients that do not know"
                + " the issuer refuse it; are intermediate certificates missing?";
    return Stream.of(soon, alone).filter(found -> !found.isEmpty()).collect(joining("; "));
  }
}
