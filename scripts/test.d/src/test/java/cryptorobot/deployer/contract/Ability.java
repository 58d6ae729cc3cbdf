package cryptorobot.deployer.contract;

/** What a target may not support. A test that needs it is reported as not run, with the reason. */
enum Ability {
  RUNS_SCRIPTS("run the scripts of its documents"),
  CHECKS_COMMANDS("check a command's document, parameters and instance before it accepts it"),
  REPORTS_MISSING_INVOCATIONS("report that a command was not delivered to an instance"),
  KNOWS_AGENTS("report which instances run an agent"),
  REPORTS_WHY_ABORTED("report why an execution was aborted"),
  HALTS_BETWEEN_STATES("keep an instance between two power states"),
  SILENCES_AGENTS("make an agent unreachable"),
  DENIES("deny what a caller has no right to"),
  THROTTLES("throttle"),
  SHOWS_NOTICES("show what was published");

  private final String words;

  Ability(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
