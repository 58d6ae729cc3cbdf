package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Effect;
import java.util.List;

/** Faults that are injected into the model and into a real instance. Both must end the same. */
public enum SharedFault {
  LOCK_TAKEN("acquire-lock", "rename*/lock", true, "remove unfinished parts"),
  INSPECTION_BEGUN("acquire-lock", "curl*", "look"),
  PREPARATION_BEGUN("deploy-release", "*", "install what is missing"),
  FETCHED_HALF("deploy-release", "systemd-run*check-out*", "check out the files"),
  BUILT_NOT_LINKED("deploy-release", "rename*/venv", "link it"),
  CERTIFICATE_NOT_STAGED("validate-certificate", "remove_tree*/.new-*", "write it beside"),
  KEYS_WITHOUT_MANIFEST("inject-keys", "rename*release.json", "write release.json"),
  NOT_YET_ARMED("activate-release", "rename*/armed", "write armed"),
  TIMER_NOT_STARTED(
      "activate-release", "systemctl restart crypto-robot-dead-man.timer", "start the timer"),
  ROBOT_NOT_YET_STOPPED(
      "activate-release", "systemctl stop crypto-robot.service*", "stop crypto-robot"),
  ROBOT_STOPPED("activate-release", "rename*/current", "link current"),
  PUBLISHED_NOT_STARTED(
      "activate-release", "systemctl restart crypto-robot.service*", "restart crypto-robot"),
  FIRST_LOOK("check-health", "curl*", "first look"),
  NOT_YET_CONFIRMED("confirm-release", "rename*/confirming", "rename armed to confirming"),
  CONFIRMED_NOT_TIDY("confirm-release", "unlink*/confirming", "remove confirming"),
  CONFIRMED_LOCK_NOT_FREED("confirm-release", "unlink*/lock", "remove the lock"),
  LOCK_NOT_FREED("release-lock", "unlink*/lock", "remove the lock", Commit.CRASHES),

  ACTIVATION_UNHEARD("activate-release", "answer"),
  CONFIRMATION_UNHEARD("confirm-release", "answer"),
  RELEASE_OF_THE_LOCK_UNHEARD(
      "release-lock", "systemd-run*", true, "answer", Way.UNHEARD, Commit.CRASHES),

  ROLLBACK_NOT_DECIDED("roll-back", "rename*/firing", "rename armed to firing", Commit.CRASHES),
  ROLLBACK_HALF("roll-back", "rename*/current", "link current", Commit.CRASHES),
  DISCARD_HALF(
      "discard-release",
      "unlink*/release.json",
      "remove release.json",
      Commit.INVALID_REQUIREMENTS),

  STOPPED_WHILE_FETCHING(
      "deploy-release", "systemd-run*check-out*", "check out the files", Way.STOPPED),
  STOPPED_WHILE_INJECTING("inject-keys", "rename*release.json", "write release.json", Way.STOPPED),
  STOPPED_WHILE_ACTIVATING("activate-release", "rename*/current", "link current", Way.STOPPED),
  STOPPED_WHILE_CHECKING("check-health", "curl*", "first look", Way.STOPPED),
  STOPPED_WHILE_CONFIRMING(
      "confirm-release", "rename*/confirming", "rename armed to confirming", Way.STOPPED),

  POWER_CUT_WHILE_FETCHING(
      "deploy-release", "systemd-run*check-out*", "check out the files", Way.POWER_CUT),
  POWER_CUT_WHILE_ACTIVATING("activate-release", "rename*/current", "link current", Way.POWER_CUT),
  POWER_CUT_BEFORE_CONFIRMED(
      "confirm-release", "rename*/confirming", "rename armed to confirming", Way.POWER_CUT),
  POWER_CUT_WHEN_CONFIRMED(
      "confirm-release", "unlink*/confirming", "remove confirming", Way.POWER_CUT);

  /** The fault at that call of the step. */
  public enum Way {
    KILLED,
    /** The step is done, and the script that would report it is killed. */
    UNHEARD,
    /** The execution is stopped, and the step continues. */
    STOPPED,
    /** The power is cut, the execution is stopped, and the instance is started again. */
    POWER_CUT
  }

  /** What is deployed. */
  public enum Commit {
    GOOD,
    CRASHES,
    INVALID_REQUIREMENTS
  }

  /** The host step. */
  public final String step;

  /** The call of the script, as a pattern of the shell. */
  public final String call;

  /** Whether the call is made before the fault. */
  public final boolean called;

  public final Way way;
  public final Commit commit;

  /** The next change of the model when the fault occurs. */
  final String change;

  SharedFault(String step, String call, boolean called, String change, Way way, Commit commit) {
    this.step = step;
    this.call = call;
    this.called = called;
    this.change = change;
    this.way = way;
    this.commit = commit;
  }

  SharedFault(String step, String call, boolean called, String change) {
    this(step, call, called, change, Way.KILLED, Commit.GOOD);
  }

  SharedFault(String step, String call, String change) {
    this(step, call, false, change, Way.KILLED, Commit.GOOD);
  }

  SharedFault(String step, String call, String change, Commit commit) {
    this(step, call, false, change, Way.KILLED, commit);
  }

  SharedFault(String step, String call, String change, Way way) {
    this(step, call, false, change, way, Commit.GOOD);
  }

  SharedFault(String step, String change) {
    this(step, "systemd-run*", true, change, Way.UNHEARD, Commit.GOOD);
  }

  List<Effect> effects() {
    return switch (way) {
      case KILLED, UNHEARD -> List.of(Effect.KILLED);
      case STOPPED -> List.of(Effect.EXECUTION_STOPPED);
      case POWER_CUT -> List.of(Effect.EXECUTION_STOPPED, Effect.LOSES_POWER);
    };
  }
}
