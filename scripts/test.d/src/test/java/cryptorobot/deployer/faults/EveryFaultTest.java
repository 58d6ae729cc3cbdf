package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.faults.model.StepPrograms;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One fault at every place: the invariants hold, and every part of the definition is reached.
 *
 * <p>A deploy gets every error, and one of each kind that the definition distinguishes at every
 * moment. The other operations, which use the same states, get one of each kind in states of their
 * own, and elsewhere the faults that leave the most behind. {@link ExhaustiveFaultsTest} omits
 * nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryFaultTest {
  private final Machines machines = Machines.read();
  private final FaultReport ledger = new FaultReport(machines);

  @BeforeAll
  void everyFaultAtEveryPlace() throws Exception {
    long begun = System.nanoTime();
    try (var search = new Search(machines)) {
      for (var scenario : Scenario.values()) {
        var faults = new FaultCatalog(machines.of(scenario));
        var cases = new Cases(search, faults).single(scenario, kinds(scenario, faults));
        search.run(cases, FaultReport.Result::of, ledger::add);
      }
    }
    ledger.publish("single", (System.nanoTime() - begun) / 1_000_000);
  }

  private static Function<Opportunity, List<Fault>> kinds(Scenario scenario, FaultCatalog faults) {
    return switch (scenario) {
      case DEPLOY -> faults::everything;
      // Only these reach states of their own.
      case ROTATE_CERTIFICATE ->
          place ->
              faults.isAt(place, "inject-certificate")
                  ? faults.everyKind(place)
                  : faults.few(place);
      case SLEEPING_INSTANCE ->
          place -> faults.isAboutPower(place) ? faults.everyKind(place) : faults.few(place);
      case PLAN, PLAN_OF_A_SLEEPING_INSTANCE, STATUS -> faults::everyKind;
      case FIRST_DEPLOY,
          RENAMED_ROBOT,
          AFTER_AN_ABANDONED_DEPLOY,
          AFTER_AN_ABANDONED_FIRST_DEPLOY,
          ROLLBACK,
          RESTART,
          ROTATE_KEYS ->
          faults::few;
    };
  }

  @Test
  void keepsTheInvariants() {
    assertEquals("", ledger.broken());
  }

  @Test
  void takesEveryTransitionAndEveryRetryOfTheDefinition() {
    assertEquals(Set.of(), ledger.missing(), "no case reached these");
  }

  @Test
  void isThousandsOfCasesThatAllReachTheirFault() {
    assertTrue(ledger.cases() > 5_000, () -> "only " + ledger.cases() + " cases");
    assertEquals(0, ledger.missed(), "cases whose fault was not injected");
  }

  @Test
  void modelsEveryHostStep() {
    assertEquals(machines.steps(), new TreeSet<>(StepPrograms.names()));
  }
}
