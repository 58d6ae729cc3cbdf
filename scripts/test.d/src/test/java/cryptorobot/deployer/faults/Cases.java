package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Moment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which cases exist. They are found by running, because a fault leads to places that no other run
 * reaches.
 */
final class Cases {
  /** Faults that lead a deploy into the states that no fault-free run enters. */
  private static final List<Fault> LEADING_ASIDE =
      List.of(fails("DeployRelease", "BranchMissing"), fails("CheckHealth", "Unhealthy"));

  private final Search search;
  private final FaultCatalog faults;

  Cases(Search search, FaultCatalog faults) {
    this.search = search;
    this.faults = faults;
  }

  private static Fault fails(String state, String failure) {
    return new Fault.TaskFails(
        state, "cryptorobot.deployer.failure.DeploymentFailure$" + failure, Moment.WHEN_DONE, 1);
  }

  /**
   * One fault at every place of a run; then one more in the recovery states.
   *
   * @param kinds what can fail at a place
   */
  Set<Case> single(Scenario scenario, Function<Opportunity, List<Fault>> kinds) {
    var cases = new LinkedHashSet<Case>();
    var clean = new Case(scenario, List.of());
    cases.add(clean);
    var places = search.opportunities(clean);
    for (var place : places) {
      kinds.apply(place).forEach(fault -> cases.add(new Case(scenario, List.of(fault))));
    }
    for (var aside : scenario.operation.equals("deploy") ? LEADING_ASIDE : List.<Fault>of()) {
      var known = new HashSet<>(places);
      for (var place : search.opportunities(new Case(scenario, List.of(aside)))) {
        if (known.add(place)) {
          kinds.apply(place).forEach(fault -> cases.add(new Case(scenario, List.of(aside, fault))));
        }
      }
    }
    return cases;
  }

  /** Two faults, one of them at or after the point of no return. */
  List<Case> pairs(Scenario scenario, Function<Opportunity, List<Fault>> kinds) {
    var cases = new ArrayList<Case>();
    for (var place : search.opportunities(new Case(scenario, List.of()))) {
      for (var first : kinds.apply(place)) {
        var one = new Case(scenario, List.of(first));
        for (var next : search.opportunities(one)) {
          if (faults.isLate(place) || faults.isLate(next)) {
            kinds
                .apply(next)
                .forEach(second -> cases.add(new Case(scenario, List.of(first, second))));
          }
        }
      }
    }
    return cases;
  }
}
