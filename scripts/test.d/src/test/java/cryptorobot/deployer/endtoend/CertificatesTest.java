package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cryptorobot.localcloud.machines.CertificateFlaw;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Certificates that must not be served: the deploy uses HTTP instead or is refused, as the request
 * demands.
 */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificatesTest {
  private TestEnvironment environment;

  @BeforeAll
  void aRelease(@TempDir Path folder) {
    environment = new TestEnvironment("its_certificates.local", Robot.in(folder.resolve("robot")));
    environment.deploy().exits(0);
  }

  @Test
  void anExpiredCertificateMeansHttpAndIsReported() {
    fallsBack(CertificateFlaw.EXPIRED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @Tag("slow")
  void everyCertificateFlawMeansHttp(CertificateFlaw flaw) {
    fallsBack(flaw);
  }

  private void fallsBack(CertificateFlaw flaw) {
    environment.store("certificate", environment.certificate(flaw));
    environment.deploy().exits(0).prints("http (").doesNotPrint("PRIVATE KEY");
    assertEquals("http", environment.serves(environment.robot().head()).path("protocol").asText());
  }

  @Test
  @Tag("slow")
  void anUnreadableCertificateMeansHttpAndIsReported() {
    environment.store("certificate", "{\"cert\": \"x\", \"key\": \"y\", \"chain\": \"z\"}");
    environment.deploy().exits(0).prints("http (");
    assertEquals("http", environment.serves(environment.robot().head()).path("protocol").asText());
  }

  @Test
  void anExpiredCertificateIsRefusedWhereHttpsIsRequired() {
    isRefused(CertificateFlaw.EXPIRED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @Tag("slow")
  void aFlawedCertificateIsRefusedWhereHttpsIsRequired(CertificateFlaw flaw) {
    isRefused(flaw);
  }

  private void isRefused(CertificateFlaw flaw) {
    String before = environment.processes();
    String protocol = environment.status().path("protocol").asText();
    environment.store("certificate", environment.certificate(flaw));
    environment.deploy("--set", "protocol=https").exits(1).prints("CertificateRefused");
    assertEquals(
        protocol, environment.serves(environment.robot().head()).path("protocol").asText());
    assertEquals(before, environment.processes(), "the main processes before and after");
  }
}
