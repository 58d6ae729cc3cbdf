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

/** Certificates that must not be served: HTTP instead, or a refusal, as asked. */
@Tag("instance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificatesTest {
  private TestEnvironment trial;

  @BeforeAll
  void aRelease(@TempDir Path folder) {
    trial = new TestEnvironment("its_certificates.local", Robot.in(folder.resolve("robot")));
    trial.deploy().exits(0);
  }

  @Test
  void anExpiredOneMeansHttpAndTheProblemIsSaid() {
    fallsBack(CertificateFlaw.EXPIRED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @Tag("slow")
  void aFlawOfEveryKindMeansHttp(CertificateFlaw flaw) {
    fallsBack(flaw);
  }

  private void fallsBack(CertificateFlaw flaw) {
    trial.store("certificate", trial.certificate(flaw));
    trial.deploy().exits(0).says("http (").neverSays("PRIVATE KEY");
    assertEquals("http", trial.serves(trial.robot().head()).path("protocol").asText());
  }

  @Test
  @Tag("slow")
  void anUnreadableOneMeansHttpAndTheProblemIsSaid() {
    trial.store("certificate", "{\"cert\": \"x\", \"key\": \"y\", \"chain\": \"z\"}");
    trial.deploy().exits(0).says("http (");
    assertEquals("http", trial.serves(trial.robot().head()).path("protocol").asText());
  }

  @Test
  void anExpiredOneIsRefusedWhereOnlyHttpsWillDo() {
    isRefused(CertificateFlaw.EXPIRED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @Tag("slow")
  void aFlawedOneIsRefusedWhereOnlyHttpsWillDo(CertificateFlaw flaw) {
    isRefused(flaw);
  }

  private void isRefused(CertificateFlaw flaw) {
    String before = trial.processes();
    String protocol = trial.status().path("protocol").asText();
    trial.store("certificate", trial.certificate(flaw));
    trial.deploy("--set", "protocol=https").exits(1).says("CertificateRefused");
    assertEquals(protocol, trial.serves(trial.robot().head()).path("protocol").asText());
    assertEquals(before, trial.processes(), "the main processes before and after");
  }
}
