package cryptorobot.deployer.local.cli;

/** What an exit code says, the same for {@code scripts/local} and {@code scripts/operate}. */
enum ExitCode {
  /** Done, or there was nothing to do. */
  DONE(0),
  /** Failed or refused: what served before still serves, or nothing is half there. */
  FAILED(1),
  /** The request or the usage is wrong; nothing was touched. */
  REFUSED(2),
  /** The rollback failed, or the outcome could not be read back. */
  PERSON_NEEDED(3),
  /** This machine cannot run it. */
  UNFIT(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
