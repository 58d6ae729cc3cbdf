package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private static final Ipv4Range SUBNETS = Ipv4Range.parse("10.213.0.0/16");
  private static final Path STATE = Path.of("/var/lib/not/there/yet");

  @Test
  void reportsAPortThatIsInUse() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var findings = findings(SUBNETS, Optional.of(taken.getLocalPort()));

      assertTrue(
          findings.stream()
              .anyMatch(
                  finding ->
                      finding.problem().contains("port " + taken.getLocalPort())
                          && finding.remedy().contains("LOCAL_PORT")),
          findings.toString());
    }
  }

  @Test
  void reportsASubnetThatIsTaken() {
    var findings = findings(Ipv4Range.parse("127.0.0.0/24"), Optional.empty());

    assertTrue(
        findings.stream()
            .anyMatch(
                finding ->
                    finding.problem().contains("127.0.0.0/24")
                        && finding.remedy().contains("LOCAL_SUBNET")),
        findings.toString());
  }

  @Test
  void findsNoProblemOnAMachineThatBootsInstances() {
    // The core tests run on such a machine. Without root, only this test fails.
    var findings = findings(SUBNETS, Optional.empty());

    boolean root = System.getProperty("user.name").equals("root");
    assertEquals(root ? 0 : 1, findings.size(), findings.toString());
  }

  private static List<Finding> findings(Ipv4Range subnets, Optional<Integer> port) {
    return new Preflight(STATE, subnets, port).findings();
  }
}
