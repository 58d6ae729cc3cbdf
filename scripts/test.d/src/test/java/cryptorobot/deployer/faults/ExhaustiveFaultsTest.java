package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of fault and every pair, for every operation: minutes of work. */
@Tag("faults")
class ExhaustiveFaultsTest {
  private final Tasks tasks = new Tasks();
  private final FaultCatalog faults = new FaultCatalog(tasks);

  @ParameterizedTest
  @EnumSource
  void keepsTheInvariantsWhateverFailsOnce(Scenario scenario) throws Exception {
    var ledger = new FaultReport(tasks);
    long begun = System.nanoTime();
    try (var search = new Search(tasks)) {
      search.run(
          new Cases(search, faults).single(scenario, faults::everyKind),
          FaultReport.Result::of,
          ledger::add);
    }
    ledger.publish("single-" + scenario, (System.nanoTime() - begun) / 1_000_000);
    assertEquals("", ledger.broken());
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheInvariantsWhateverFailsTwice(Scenario scenario) throws Exception {
    var ledger = new FaultReport(tasks);
    long begun = System.nanoTime();
    try (var search = new Search(tasks)) {
      search.run(
          new Cases(search, faults).pairs(scenario, faults::few),
          FaultReport.Result::of,
          ledger::add);
    }
    ledger.publish("pairs-" + scenario, (System.nanoTime() - begun) / 1_000_000);
    assertEquals("", ledger.broken());
  }
}
