package cryptorobot.deployer.step;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Whether a certificate may serve.
 *
 * @param problem all that speaks against it; empty when nothing does
 * @param warning what will soon; empty when nothing will
 */
record CertificateVerdict(String problem, String warning) {

  private static final Duration SOON = Duration.ofDays(14);

  boolean valid() {
    return problem.isEmpty();
  }

  static CertificateVerdict of(CertificateFacts facts, String hostname) {
    String problem =
        Stream.of(time(facts), name(facts, hostname), key(facts), chain(facts))
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
    return facts.keyMatches() ? "" : "the private key does not belong to it";
  }

  private static String chain(CertificateFacts facts) {
    return facts.chainInOrder() ? "" : "its chain is not in order, each signed by the next";
  }

  private static String warning(CertificateFacts facts) {
    return facts.now().plus(SOON).isBefore(facts.notAfter())
        ? ""
        : "the certificate expires at " + facts.notAfter();
  }
}
