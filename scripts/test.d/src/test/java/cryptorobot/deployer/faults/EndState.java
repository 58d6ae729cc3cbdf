package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.model.Look;
import cryptorobot.deployer.faults.model.Worlds;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Status;

/**
 * How a case ended, reduced to what distinguishes one end from another.
 *
 * @param reported the outcome of a success, the error of a failure, or the status
 * @param atEnd what serves at that moment: old, new, nothing, or partly while it is being settled
 * @param later what serves when nothing happens any more
 * @param locked whether the lock was still held at the end
 * @param armed whether a decision was still open at the end
 * @param again how the same request ended
 */
record EndState(
    String reported, String atEnd, String later, boolean locked, boolean armed, String again) {

  static EndState of(CaseRun run) {
    return new EndState(
        reported(run.ended()),
        serves(run.atEnd()),
        serves(run.settled()),
        !run.atEnd().lockedBy().isEmpty(),
        run.atEnd().armed(),
        reported(run.again()));
  }

  static String reported(Ended ended) {
    return ended.status() == Status.SUCCEEDED
        ? ended.output().orElseThrow().path("outcome").asText()
        : ended.status() == Status.FAILED ? ended.error().orElse("?") : ended.status().name();
  }

  private static String serves(Look look) {
    if (!look.on()) {
      return "off";
    }
    if (!look.flaws().isEmpty()) {
      return "partly";
    }
    if (look.release().isEmpty()) {
      return "nothing";
    }
    return look.revision().equals(Worlds.NEW_REVISION) || look.release().equals(Worlds.OLDER)
        ? "new"
        : "old";
  }

  static final String HEAD =
      "%-18s %-8s %-8s %-7s %-6s %-15s"
          .formatted("reported", "at end", "later", "locked", "armed", "same again");

  @Override
  public String toString() {
    return "%-18s %-8s %-8s %-7s %-6s %-15s"
        .formatted(reported, atEnd, later, locked ? "yes" : "no", armed ? "yes" : "no", again);
  }
}
