package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code robothost/evidence.py}: the line of a log that says why its unit ended. */
class EvidenceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "tick 1/Traceback (most recent call last):/  File x/ValueError: broken | ValueError: broken",
        "connection refused/all is well | connection refused",
        "rebalanced once, bye | rebalanced once, bye",
        "ran out of money/Stopped crypto-robot.service - Robot./Stopping crypto-robot.service | ran out of money",
        // A traceback that was handled, and why it ended in the end.
        "Traceback (most recent call last):/  File x/ConnectionError: read timed out/tick 2/CRITICAL robot: giving up | CRITICAL robot: giving up",
        "pydantic.ValidationError: 1 validation error for Settings/api_key/  Field required/    see https:\\\\errors.pydantic.dev\\2.5 | pydantic.ValidationError: 1 validation error for Settings: api_key: Field required",
        "done with 0 errors, bye/tick | tick",
        // Nothing of its own: what the manager and the deployer print is no reason.
        "Started crypto-robot.service - Robot./crash bundle 20261123T071342Z-crypto-robot: exited with status 0 | ''",
      })
  void isWhatTheProgramPrintedLastAboutIt(String log, String line) {
    String text = log.replace("/", "\n").replace("\\", "/");
    assertEquals(
        line.equals("''") ? "" : line,
        Script.python(
                "from robothost.evidence import LONGEST, telling\nprint(telling(sys.stdin.read())[:LONGEST])",
                Map.of(),
                text + "\n")
            .output()
            .strip());
  }
}
