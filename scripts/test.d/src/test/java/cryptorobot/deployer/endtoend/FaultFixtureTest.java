package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What the {@link FaultFixture} is to notice it does notice. */
@FaultTest
class FaultFixtureTest {
  private final FaultFixture victim;

  FaultFixtureTest(FaultFixture victim) {
    this.victim = victim;
  }

  @Test
  void aSecondRobotWouldHaveBeenSeen() {
    String told =
        victim
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
    assertTrue(told.contains("is not alone"), told);
  }
}
