package cryptorobot.deployer.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.faults.model.Documents;
import cryptorobot.deployer.faults.model.StepPrograms;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever fails, wherever, once: the promise is kept, and nothing of the definition is unseen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryFaultTest {
  private final Tasks tasks = new Tasks();
  private final Faults faults = new Faults(tasks);
  private final Ledger ledger = new Ledger(tasks);

  @BeforeAll
  void everyFaultAtEveryPlace() throws Exception {
    long begun = System.nanoTime();
    try (var search = new Search(tasks)) {
      var cases = new Cases(search, faults);
      for (var scenario : Scenario.values()) {
        boolean all = scenario == Scenario.DEPLOY;
        search.run(
            cases.single(scenario, all ? faults::everything : faults::everyKind), ledger::add);
      }
    }
    ledger.publish("single", (System.nanoTime() - begun) / 1_000_000);
  }

  @Test
  void keepsThePromise() {
    assertEquals("", ledger.broken());
  }

  @Test
  void takesEveryTransitionAndEveryRetryOfTheDefinition() {
    assertEquals(Set.of(), ledger.coverage.missing(), "no case took these");
  }

  @Test
  void isThousandsOfCases() {
    assertTrue(ledger.cases() > 5_000, () -> "only " + ledger.cases() + " cases");
  }

  @Test
  void modelsEveryHostStep() {
    assertEquals(new TreeSet<>(new Documents().steps()), new TreeSet<>(StepPrograms.names()));
  }
}
