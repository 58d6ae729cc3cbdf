package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeployerMachineTest {
  private static final String ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:";

  @Test
  void findsAMachineByTheEndOfItsName() {
    assertEquals(
        Optional.of(DeployerMachine.DEPLOY), DeployerMachine.named(ARN + "crypto-robot-deploy"));
    assertEquals(
        Optional.of(DeployerMachine.WATCH), DeployerMachine.named(ARN + "crypto-robot-watch"));
  }

  @Test
  void findsNoMachineForAnotherName() {
    assertEquals(Optional.empty(), DeployerMachine.named(ARN + "crypto-robot-nightwatch"));
    assertEquals(Optional.empty(), DeployerMachine.named(ARN + "backup"));
  }
}
