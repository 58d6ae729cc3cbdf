package cryptorobot.deployer.contract;

/** What a target may not support. A test that needs it is reported as not run, with the reason. */
enum Ability {
  RUNS_SCRIPTS("runs the scripts of its documents"),
  CHECKS_COMMANDS("checks a command's document, parameters and instance before it accepts it"),
  KNOWS_AGENTS("knows which instances run an agent"),
  REPORTS_WHY_ABORTED("reports why an execution was aborted"),
  HALTS_BETWEEN_STATES("keeps an instance between two power states"),
  SILENCES_AGENTS("makes an agent unreachable"),
  DENIES("denies what a caller has no right to"),
  THROTTLES("throttles"),
  SHOWS_NOTICES("shows what was published");

  private final String words;

  Ability(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
