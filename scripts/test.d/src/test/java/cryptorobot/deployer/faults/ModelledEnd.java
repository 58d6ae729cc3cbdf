package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Moment;
import cryptorobot.deployer.faults.model.Look;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a fault in the model, for a deploy over a good release.
 *
 * @param ended the outcome, the error, or the status of the execution
 * @param serves the old or the new release, after everything has ended
 * @param locked whether the lock is held then
 * @param open whether the instance may still roll back
 */
public record ModelledEnd(String ended, String serves, boolean locked, boolean open) {

  public static ModelledEnd of(SharedFault shared) {
    var tasks = Tasks.of("deploy");
    var faults = new ArrayList<>(leading(shared.commit));
    faults.addAll(effects(shared, place(shared, tasks, faults)));
    var run = CaseRun.of(new Case(Scenario.DEPLOY, faults), tasks);
    Look observed = shared.way == SharedFault.Way.POWER_CUT ? run.settled() : run.soon();
    if (!observed.flaws().isEmpty() || observed.robots().size() != 1) {
      throw new AssertionError("the model itself does not serve one whole release: " + observed);
    }
    return new ModelledEnd(
        EndState.reported(run.ended()),
        observed.release().equals(run.before().release()) ? "old" : "new",
        !observed.lockedBy().isEmpty(),
        observed.armed());
  }

  private static List<Fault> leading(SharedFault.Commit commit) {
    return switch (commit) {
      case GOOD -> List.of();
      case CRASHES -> List.of(fails("CheckHealth", "Unhealthy", Moment.AT_ONCE));
      // The commit is fetched before its requirements are judged.
      case INVALID_REQUIREMENTS ->
          List.of(fails("DeployRelease", "RequirementsInvalid", Moment.WHEN_DONE));
    };
  }

  private static Fault fails(String state, String failure, Moment moment) {
    return new Fault.TaskFails(
        state, "cryptorobot.deployer.failure.DeploymentFailure$" + failure, moment, 1);
  }

  private static int place(SharedFault shared, Tasks tasks, List<Fault> leading) {
    return CaseRun.of(new Case(Scenario.DEPLOY, leading), tasks).injector().all().stream()
        .filter(Opportunity.Change.class::isInstance)
        .map(Opportunity.Change.class::cast)
        .filter(change -> change.program().equals(shared.step))
        .filter(change -> change.what().startsWith(shared.change))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the model has no such change: " + shared))
        .point();
  }

  private static List<Fault> effects(SharedFault shared, int point) {
    return shared.effects().stream()
        .<Fault>map(effect -> new Fault.AtChange(shared.step, point, effect))
        .toList();
  }
}
