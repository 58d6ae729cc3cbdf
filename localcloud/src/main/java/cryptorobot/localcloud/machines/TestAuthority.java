package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate authority for trials: a root that the instances trust, and an intermediate
 * authority that signs. {@code openssl} creates it on first use. Its keys (0600) never leave the
 * folder.
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

  /** The authority in a folder; created if it is missing. */
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

  /** The root certificate, for those who must trust it. */
  public String rootPem() {
    return read(folder.resolve("root.pem"));
  }

  /** Issues a certificate for a host name and addresses, valid for a year. */
  public IssuedCertificate issue(String hostname, String... addresses) {
    Instant from = clock.instant().minus(DAY);
    return issue(from, from.plus(DAY.multipliedBy(365)), hostname, addresses);
  }

  /**
   * Issues a certificate for a host name and addresses with a validity period.
   *
   * @throws IllegalArgumentException if the name or an address is not valid in a certificate
   */
  public IssuedCertificate issue(Instant from, Instant to, String hostname, String... addresses) {
    Leaf leaf = Leaf.of(hostname, addresses);
    try (var bench = SigningBench.open(folder.getParent())) {
      return leaf.signed(bench, from, to, folder.resolve("intermediate"), rootPem());
    } catch (IOException e) {
      throw new FleetException("no certificate could be issued: " + e.getMessage(), e);
    }
  }

  /** Issues a certificate, valid for a year, under a new intermediate that ends at this time. */
  IssuedCertificate issueUnderIntermediate(Instant end, String hostname, String... addresses) {
    Leaf leaf = Leaf.of(hostname, addresses);
    Instant from = clock.instant().minus(DAY);
    try (var bench = SigningBench.open(folder.getParent())) {
      Path intermediate =
          bench.certify(
              "ending",
              "/CN=Crypto robot test authority that ends",
              authorityOf(0),
              end.minus(DAY.multipliedBy(365)),
              end,
              folder.resolve("root"));
      return leaf.signed(bench, from, from.plus(DAY.multipliedBy(365)), intermediate, rootPem());
    } catch (IOException e) {
      throw new FleetException("no certificate could be issued: " + e.getMessage(), e);
    }
  }

  /** A certificate of a server to be signed. */
  private record Leaf(String subject, String extensions) {
    static Leaf of(String hostname, String... addresses) {
      if (!hostname.matches("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9._-]{0,251}[A-Za-z0-9_])?")) {
        throw new IllegalArgumentException("'" + hostname + "' is not a host name");
      }
      var names = new StringBuilder("DNS:").append(hostname);
      for (String address : addresses) {
        names.append(",IP:").append(Ipv4Range.parse(address).address(0));
      }
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
      // A common name has at most 64 characters (X.520); clients check the names above.
      String name = hostname.length() <= 64 ? hostname : hostname.substring(0, 64);
      return new Leaf("/CN=" + name, extensions);
    }

    IssuedCertificate signed(
        SigningBench bench, Instant from, Instant to, Path signer, String rootPem)
        throws IOException {
      Path leaf = bench.certify("leaf", subject, extensions, from, to, signer);
      return new IssuedCertificate(
          read(SigningBench.certificate(leaf)),
          read(SigningBench.key(leaf)),
          read(SigningBench.certificate(signer)) + rootPem);
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
