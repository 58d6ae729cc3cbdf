package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of fault and every pair, for every operation: minutes of work. */
@Tag("faults")
class ExhaustiveFaultsTest {
  private final Machines machines = Machines.read();

  @ParameterizedTest
  @EnumSource
  void keepsTheInvariantsWhateverFailsOnce(Scenario scenario) throws Exception {
    var faults = new FaultCatalog(machines.of(scenario));
    var ledger = new FaultReport(machines);
    long begun = System.nanoTime();
    try (var search = new Search(machines)) {
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
    var faults = new FaultCatalog(machines.of(scenario));
    var ledger = new FaultReport(machines);
    long begun = System.nanoTime();
    try (var search = new Search(machines)) {
      search.run(
          new Cases(search, faults).pairs(scenario, faults::few),
          FaultReport.Result::of,
          ledger::add);
    }
    ledger.publish("pairs-" + scenario, (System.nanoTime() - begun) / 1_000_000);
    assertEquals("", ledger.broken());
  }
}
