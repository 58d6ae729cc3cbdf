package cryptorobot.deployer.engine;

/** Nothing waits for this task token: it never existed, or its task has ended. */
public final class NoSuchTask extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoSuchTask() {
    super(
        "no task waits for this token: it is unknown, or the task ended, timed out or was stopped");
  }
}
