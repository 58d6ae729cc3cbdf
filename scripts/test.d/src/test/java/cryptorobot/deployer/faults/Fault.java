package cryptorobot.deployer.faults;

/** One thing that goes wrong in a run, once or as often as it says. */
public sealed interface Fault {

  /**
   * Calls of a state's function end in an error.
   *
   * @param times how many attempts fail before one may succeed
   */
  record TaskFails(String state, String error, Moment moment, int times) implements Fault {}

  /** How far a function gets before it fails. */
  enum Moment {
    AT_ONCE,
    AFTER_SENDING,
    WHEN_DONE
  }

  /** Somebody stops the execution as it enters a state, or as it is about to leave it. */
  record Stopped(String state, boolean entering) implements Fault {}

  /** The first command of a state's function comes otherwise than it should. */
  record Delivered(String state, Way way) implements Fault {}

  /** What becomes of a command. */
  enum Way {
    NEVER,
    TWICE,
    AFTER_THE_NEXT,
    AFTER_TWO_MORE,
    AFTER_FOUR_MORE,
    AFTER_THE_END,
    IN_THE_NEXT_RUN
  }

  /**
   * Something hits a program on the instance before one of its changes.
   *
   * @param point counts that program's changes from 0, over all its runs
   */
  record AtChange(String program, int point, Effect effect) implements Fault {}

  /** What hits it. */
  enum Effect {
    KILLED,
    FAILS,
    HANGS,
    REBOOTS,
    /** The same, and the service says that the command was never delivered. */
    REBOOTS_UNDELIVERED,
    LOSES_POWER,
    LOSES_NETWORK,
    /** Somebody stops the execution meanwhile. */
    EXECUTION_STOPPED
  }
}
