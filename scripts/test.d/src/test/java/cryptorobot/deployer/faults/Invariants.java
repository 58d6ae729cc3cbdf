package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Way;
import cryptorobot.deployer.faults.model.Look;
import cryptorobot.deployer.faults.model.Store;
import cryptorobot.deployer.faults.model.Worlds;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What holds whatever fails: one whole release serves and one robot runs, the lock is released, the
 * same request then succeeds, reports are true, a new certificate does not disturb the robot, no
 * secret is exposed, and data is kept.
 */
final class Invariants {
  private final CaseRun run;
  private final List<String> broken = new ArrayList<>();

  private Invariants(CaseRun run) {
    this.run = run;
  }

  /** The broken invariants. Empty when all hold. */
  static List<String> broken(CaseRun run) {
    var invariants = new Invariants(run);
    invariants.oneWholeReleaseServes();
    invariants.theLockIsReleased();
    invariants.theSameRequestSucceeds();
    invariants.theReportedStateIsTrue();
    invariants.aNewCertificateKeepsTheRobotRunning();
    invariants.noSecretIsSeen();
    invariants.dataStays();
    return invariants.broken;
  }

  private void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      broken.add(otherwise.get());
    }
  }

  private void oneWholeReleaseServes() {
    broken.addAll(run.violations());
    require(!run.settled().armed(), () -> "did not roll back: " + run.settled());
    require(run.settled().flaws().isEmpty(), () -> "what serves is not whole: " + run.settled());
    require(
        isOld(run.settled()) || isWanted(run.settled()),
        () -> "neither the old nor the new release: " + run.settled());
  }

  private boolean isOld(Look look) {
    return look.release().equals(old());
  }

  private String old() {
    return switch (run.of().scenario().before) {
      case EMPTY, ABANDONED_FIRST -> "";
      case SERVING, SERVING_OLD_KEYS, SERVING_OLD_CERTIFICATE, ASLEEP, ABANDONED -> Worlds.OLD;
    };
  }

  private boolean isWanted(Look look) {
    var wanted = run.of().scenario().wanted;
    return wanted.equals("release")
        ? look.revision().equals(Worlds.NEW_REVISION)
        : look.release().equals(wanted);
  }

  private void theLockIsReleased() {
    var owner = run.settled().lockedBy();
    require(
        owner.isEmpty() || owner.endsWith(":one") || owner.endsWith(":abandoned"),
        () -> "locked by " + owner);
    var later = run.after().lockedBy();
    require(
        !run.of().scenario().changes() || later.isEmpty() || isTakenLate(later),
        () -> "still locked: " + run.after());
  }

  /**
   * Taken by the first run, which has ended: its command arrived after the end of the second run.
   */
  private boolean isTakenLate(String owner) {
    return owner.endsWith(":one")
        && run.of().faults().contains(new Fault.Delivered("AcquireLock", Way.IN_THE_NEXT_RUN));
  }

  private void theSameRequestSucceeds() {
    require(
        run.again().status() == Status.SUCCEEDED, () -> "the same request again: " + run.again());
    require(run.after().flaws().isEmpty(), () -> "after the same request again: " + run.after());
    if (run.of().scenario().changes()) {
      require(isWanted(run.after()), () -> "the same request again left: " + run.after());
      require(
          run.after().keys().equals(Store.KEYS)
              && run.after().certificate().equals(Store.CERTIFICATE),
          () -> "the same request again left old secrets: " + run.after());
      var left = run.after().leftOver();
      require(
          left.isEmpty() || (isTakenLate(run.after().lockedBy()) && left.size() == 1),
          () -> "left over: " + left);
    }
  }

  /** Unless the power was cut, and whether or not the certificate is accepted. */
  private void aNewCertificateKeepsTheRobotRunning() {
    if (run.of().scenario() == Scenario.ROTATE_CERTIFICATE) {
      for (var look : List.of(run.atEnd(), run.soon(), run.settled(), run.after())) {
        require(
            !look.on()
                || look.boot() != run.before().boot()
                || look.robots().equals(run.before().robots()),
            () -> "the robot was restarted: " + look);
      }
    }
  }

  private void theReportedStateIsTrue() {
    // After a success the report names the release, whenever the power is cut later.
    boolean deployed = run.ended().status() == Status.SUCCEEDED;
    isTrue(run.ended(), run.before(), run.atEnd(), deployed, "at the end");
    isTrue(run.ended(), run.before(), run.settled(), false, "later");
    isTrue(run.again(), run.settled(), run.after(), false, "after the second run");
  }

  private void isTrue(Ended ended, Look before, Look now, boolean mayBeOff, String when) {
    var contradiction = ReportedState.of(ended).contradiction(before, now, mayBeOff);
    require(contradiction.isEmpty(), () -> when + ": " + contradiction + " (" + ended + ")");
  }

  private void noSecretIsSeen() {
    for (var history : List.of(run.history(), run.historyAgain())) {
      for (var event : history) {
        require(!event.details().toString().contains(Store.MARKER), () -> "a secret in " + event);
      }
    }
    require(!run.parameters().contains(Store.MARKER), () -> "a secret in a parameter");
  }

  private void dataStays() {
    var before = run.before().data();
    var expected = before.isEmpty() ? List.of("as in git") : before;
    require(
        run.after().data().equals(expected) || (before.isEmpty() && run.after().data().isEmpty()),
        () -> "data was touched: " + run.after().data());
  }
}
