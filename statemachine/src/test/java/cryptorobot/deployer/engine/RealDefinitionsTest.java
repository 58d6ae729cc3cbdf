package cryptorobot.deployer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cryptorobot.deployer.asl.StateMachineParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The definitions this project ships. */
class RealDefinitionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"deploy.asl.yaml", "power.asl.yaml"})
  void areAcceptedByTheStrictParser(String file) throws Exception {
    var machine = StateMachineParser.parse(Files.readString(Path.of(file)));
    assertEquals("PlanDeployment", machine.flow().startAt());
    assertFalse(machine.timeout().isEmpty(), "a machine without a timeout may run for a year");
  }
}
