package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The {@link FaultFixture} detects what it must detect. */
@FaultTest
class FaultFixtureTest {
  private final FaultFixture fixture;

  FaultFixtureTest(FaultFixture fixture) {
    this.fixture = fixture;
  }

  @Test
  void theFixtureDetectsASecondRobot() {
    String output =
        fixture
            .instance()
            .sh(
                """
                cd /opt/crypto-robot/current
                setpriv --reuid=ec2-user --regid=ec2-user --init-groups \
                  timeout 20 ../../venv/bin/python main.py --mode robot >/dev/null &
                until [ -s data/twice ]; do sleep 0.1; done
                kill %1
                wait
                cat data/twice
                rm data/twice
                """);
    assertTrue(output.contains("is not alone"), output);
  }
}
