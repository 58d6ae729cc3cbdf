package cryptorobot.deployer.local.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate authority for trials: a root the instances trust, an intermediate authority that
 * signs. Made by {@code openssl} when first needed; its keys (0600) never leave the folder.
 */
public final class TestAuthority {
  private static final Duration YEARS = Duration.ofDays(3650);
  private static final Duration DAY = Duration.ofDays(1);

  private final Path folder;
  private final Clock clock;

  private TestAuthority(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** The authority kept in a folder, made if there is none. */
  public static TestAuthority in(Path folder) throws IOException {
    return in(folder, Clock.systemUTC());
  }

  static TestAuthority in(Path folder, Clock clock) throws IOException {
    Files.createDirectories(folder);
    var authority = new TestAuthority(folder.resolve("ca"), clock);
    if (!Files.isDirectory(authority.folder)) {
      authority.make();
    }
    return authority;
  }

  /** The root's certificate, for whoever shall trust it. */
  public String rootPem() {
    return read(folder.resolve("root.pem"));
  }

  /** A good certificate for a host name, valid for a year. */
  public IssuedCertificate issue(String hostname, String... addresses) {
    return issue(CertificateFlaw.NONE, hostname, addresses);
  }

  /**
   * A certificate for a host name and addresses, with a flaw.
   *
   * @throws IllegalArgumentException if the name or an address cannot stand in a certificate
   */
  public IssuedCertificate issue(CertificateFlaw flaw, String hostname, String... addresses) {
    if (!hostname.matches("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?")) {
      throw new IllegalArgumentException("'" + hostname + "' is no host name");
    }
    String named = flaw == CertificateFlaw.WRONG_HOST ? "elsewhere.invalid" : hostname;
    var names = new StringBuilder("DNS:").append(named);
    for (String address : addresses) {
      names.append(",IP:").append(Ipv4Range.parse(address).address(0));
    }
    Instant now = clock.instant();
    Instant from =
        switch (flaw) {
          case EXPIRED -> now.minus(DAY.multipliedBy(30));
          case NOT_YET_VALID -> now.plus(DAY);
          case NONE, WRONG_HOST, WRONG_KEY, CHAIN_OUT_OF_ORDER -> now.minus(DAY);
        };
    Instant to =
        flaw == CertificateFlaw.EXPIRED ? now.minus(DAY) : from.plus(DAY.multipliedBy(365));
    String extensions =
        """
        basicConstraints = critical, CA:FALSE
        keyUsage = critical, digitalSignature
        extendedKeyUsage = serverAuth
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        subjectAltName = %s
        """
            .formatted(names);
    // A common name holds 64 characters at most (X.520); the names that count are above.
    String subject = "/CN=" + (named.length() <= 64 ? named : named.substring(0, 64));
    try (var bench = SigningBench.open(folder.getParent())) {
      Path leaf =
          bench.certify("leaf", subject, extensions, from, to, folder.resolve("intermediate"));
      if (flaw == CertificateFlaw.WRONG_KEY) {
        bench.newKey(leaf);
      }
      String root = rootPem();
      String intermediate = read(folder.resolve("intermediate.pem"));
      return new IssuedCertificate(
          read(SigningBench.certificate(leaf)),
          read(SigningBench.key(leaf)),
          flaw == CertificateFlaw.CHAIN_OUT_OF_ORDER ? root + intermediate : intermediate + root);
    } catch (IOException e) {
      throw new FleetException("no certificate could be issued: " + e.getMessage(), e);
    }
  }

  private void make() throws IOException {
    Instant from = clock.instant().minus(DAY);
    Instant to = from.plus(YEARS);
    try (var bench = SigningBench.open(folder.getParent())) {
      Path root = bench.folder().resolve("root");
      bench.certify("root", "/CN=Crypto robot test root", authorityOf(1), from, to, root);
      bench.certify(
          "intermediate", "/CN=Crypto robot test authority", authorityOf(0), from, to, root);
      Files.move(bench.folder(), folder, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static String authorityOf(int levelsBelow) {
    return """
    basicConstraints = critical, CA:TRUE, pathlen:%d
    keyUsage = critical, keyCertSign, cRLSign
    subjectKeyIdentifier = hash
    """
        .formatted(levelsBelow);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new FleetException("the test authority is damaged: " + file + " cannot be read", e);
    }
  }
}
