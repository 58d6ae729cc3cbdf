package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HostStepTest {

  private static String comment(String executionName) {
    String arn = "arn:aws:states:eu-west-1:000000000000:execution:deploy:" + executionName;
    Host host = new Host("i-0", arn, 1, "a.local", "/opt/a");
    return new HostStep("validate-certificate", 12, "3-steal", host, Map.of()).comment();
  }

  @Test
  void theCommentHasExecutionStepPhaseAndAttempt() {
    assertEquals("run-1/validate-certificate/12.3-steal", comment("run-1"));
  }

  @Test
  void shortensLongExecutionNamesAndKeepsThemDistinct() {
    String first = comment("x".repeat(79) + "a");
    String second = comment("x".repeat(79) + "b");
    assertTrue(first.length() <= 100, () -> first.length() + " characters: " + first);
    assertNotEquals(first, second);
    assertTrue(first.endsWith("/validate-certificate/12.3-steal"), first);
  }
}
