package cryptorobot.deployer.step;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a certificate may serve.
 *
 * @param problem all that speaks against it; empty when nothing does
 * @param warning what soon will, or might for some clients; empty when nothing
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
    if (!isTakenByClients(facts.keyType())) {
      return "its key is "
          + facts.keyType()
          + ", and browsers take RSA of 2048 bits or more, EC P-256 or P-384";
    }
    return facts.tlsRefusal().isEmpty() ? "" : "no server can load it: " + facts.tlsRefusal();
  }

  /**
   * P-521, which all but Chrome take, is let pass. Ed25519 no browser takes, and no public
   * authority signs: <a
   * href="https://cabforum.org/working-groups/server/baseline-requirements/">Baseline Requirements,
   * 6.1.5</a>.
   */
  private static boolean isTakenByClients(String keyType) {
    return keyType.matches("RSA [0-9]{1,6}")
        ? Integer.parseInt(keyType.substring(4)) >= 2048
        : CURVES.contains(keyType);
  }

  private static String usage(CertificateFacts facts) {
    if (facts.authority()) {
      return "it is an authority's certificate, not a server's";
    }
    return facts.forServers() ? "" : "the usages it names do not include being a server";
  }

  private static String chain(CertificateFacts facts) {
    return facts.chainInOrder() ? "" : "its chain is not in order, each signed by the next";
  }

  private static String warning(CertificateFacts facts) {
    String soon =
        facts.now().plus(SOON).isBefore(facts.notAfter())
            ? ""
            : "the certificate expires at " + facts.notAfter();
    String alone =
        facts.chainComplete()
            ? ""
            : "its chain ends before a root this instance trusts: clients that do not know the"
                + " issuer refuse it; are intermediate certificates missing?";
    return Stream.of(soon, alone).filter(found -> !found.isEmpty()).collect(joining("; "));
  }
}
