package cryptorobot.deployer.faults;

/** One fault in a run. It occurs once or as often as it defines. */
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

  /** The execution is stopped as it enters a state, or as it is about to leave it. */
  record Stopped(String state, boolean entering) implements Fault {}

  /** The first command of a state's function is not delivered as usual. */
  record Delivered(String state, Way way) implements Fault {}

  /** How a command is delivered. */
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
   * A program on the instance is disturbed before one of its changes.
   *
   * @param point counts that program's changes from 0, over all its runs
   */
  record AtChange(String program, int point, Effect effect) implements Fault {}

  /** What happens to the program. */
  enum Effect {
    KILLED,
    FAILS,
    HANGS,
    REBOOTS,
    /** It reboots, and the service reports that the command was never delivered. */
    REBOOTS_UNDELIVERED,
    LOSES_POWER,
    LOSES_NETWORK,
    /** The execution is stopped meanwhile. */
    EXECUTION_STOPPED
  }
}
