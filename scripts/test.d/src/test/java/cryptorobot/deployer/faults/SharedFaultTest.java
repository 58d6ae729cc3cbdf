package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The faults that are also injected into a real instance. */
class SharedFaultTest {

  @ParameterizedTest
  @EnumSource
  void hasItsPlaceInTheModel(SharedFault fault) {
    var end = ModelledEnd.of(fault);
    assertTrue(List.of("old", "new").contains(end.serves()), end::toString);
  }
}
