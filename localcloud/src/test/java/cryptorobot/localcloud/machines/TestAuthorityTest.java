package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** openssl verifies the certificates, as on an instance. */
class TestAuthorityTest {
  @TempDir Path folder;
  private TestAuthority authority;

  @BeforeEach
  void make() throws IOException {
    authority = TestAuthority.in(folder.resolve("authority"));
  }

  @Test
  void issuesACertificateThatItsRootVerifies() throws Exception {
    var issued = authority.issue("crypto_robot.local", "10.213.0.2");

    assertEquals("OK", verify(issued, "crypto_robot.local"));
    String names = x509(issued, "-ext", "subjectAltName");
    assertTrue(names.contains("DNS:crypto_robot.local, IP Address:10.213.0.2"), names);
    assertEquals(publicKeyOf(issued), x509(issued, "-pubkey"));
  }

  @Test
  void eachFlawCausesItsError() throws Exception {
    assertTrue(verificationError(CertificateFlaw.EXPIRED).contains("certificate has expired"));
    assertTrue(
        verificationError(CertificateFlaw.EXPIRED_INTERMEDIATE)
            .contains("error 10 at 1 depth lookup: certificate has expired"));
    assertTrue(
        verificationError(CertificateFlaw.NOT_YET_VALID).contains("certificate is not yet valid"));
    assertTrue(verificationError(CertificateFlaw.WRONG_HOST).contains("hostname mismatch"));
  }

  @Test
  void aWrongKeyDoesNotMatch() {
    var issued = CertificateFlaw.WRONG_KEY.issue(authority, "crypto-robot.local");

    assertNotEquals(publicKeyOf(issued), x509(issued, "-pubkey"));
  }

  @Test
  void theChainIsInOrderUnlessRequestedOtherwise() {
    String root = authority.rootPem().strip();

    assertTrue(authority.issue("a.local").chain().strip().endsWith(root), "the root comes last");
    assertTrue(
        CertificateFlaw.CHAIN_OUT_OF_ORDER.issue(authority, "a.local").chain().startsWith(root));
  }

  @Test
  void isCreatedOnceAndKeepsItsKeysPrivate() throws Exception {
    assertEquals(authority.rootPem(), TestAuthority.in(folder.resolve("authority")).rootPem());
    authority.issue("a.local");
    try (Stream<Path> all = Files.walk(folder.resolve("authority"))) {
      var keys = all.filter(file -> file.toString().endsWith(".key")).toList();
      assertEquals(2, keys.size(), "only the two keys of the authority: " + keys);
      for (Path key : keys) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
      }
    }
  }

  @Test
  void refusesAnInvalidHostName() {
    assertThrows(IllegalArgumentException.class, () -> authority.issue("a.local,DNS:bank.example"));
  }

  private String verificationError(CertificateFlaw flaw) throws IOException {
    return verify(flaw.issue(authority, "crypto-robot.local"), "crypto-robot.local");
  }

  private String verify(IssuedCertificate issued, String hostname) throws IOException {
    Path root = Files.writeString(folder.resolve("root"), authority.rootPem());
    Path chain = Files.writeString(folder.resolve("chain"), issued.chain());
    Path cert = Files.writeString(folder.resolve("cert"), issued.cert());
    var ended =
        Program.of(
                "openssl",
                "verify",
                "-CAfile",
                root.toString(),
                "-untrusted",
                chain.toString(),
                "-verify_hostname",
                hostname,
                cert.toString())
            .run();
    return ended.exitCode() == 0 ? "OK" : ended.stdout() + ended.stderr();
  }

  private static String x509(IssuedCertificate issued, String... options) {
    var words = new java.util.ArrayList<>(java.util.List.of("openssl", "x509", "-noout"));
    words.addAll(java.util.List.of(options));
    return Program.of(words).reading(issued.cert()).output().strip();
  }

  private static String publicKeyOf(IssuedCertificate issued) {
    return Program.of("openssl", "pkey", "-pubout").reading(issued.key()).output().strip();
  }
}
