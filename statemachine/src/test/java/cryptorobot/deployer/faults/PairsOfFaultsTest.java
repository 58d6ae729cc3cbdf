package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails twice, once of it at or after the point of no return: the promise is kept. */
class PairsOfFaultsTest {
  private final Tasks tasks = new Tasks();
  private final Faults faults = new Faults(tasks);

  @ParameterizedTest
  @EnumSource(names = {"DEPLOY"})
  void keepsThePromise(Scenario scenario) throws Exception {
    var ledger = new Ledger(tasks);
    long begun = System.nanoTime();
    try (var search = new Search(tasks)) {
      search.run(new Cases(search, faults).pairs(scenario, faults::few), ledger::add);
    }
    ledger.publish("pairs-" + scenario, (System.nanoTime() - begun) / 1_000_000);
    assertEquals("", ledger.broken());
  }
}
