package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.machines.CommandEnd;

/**
 * What the agent reports when a script has ended, as observed with agent 3.3.1142.
 *
 * <p>Where the instance's {@code sh} is bash, as on Amazon Linux, the agent reports -1 for a script
 * that a signal ended. Here {@code sh} is Debian's dash, which exits with 128 plus the signal
 * number.
 */
record AgentResult(InvocationStatus status, int code, String stdout, String stderr) {
  static final int KILLED = 137;
  private static final int SKIP_THE_REST = 168;
  private static final int FAIL_AND_SKIP = 169;
  private static final String ADDED =
      "\nStep exited with code %d. Therefore, marking step as %s. Further document steps will be"
          + " skipped.";

  static AgentResult of(CommandEnd ended) {
    int code = ended.exitCode();
    if (ended.timedOut() || code == KILLED) {
      return new AgentResult(
          InvocationStatus.EXECUTION_TIMED_OUT, KILLED, ended.stdout(), ended.stderr());
    }
    String errors = ended.stderr() + "failed to run commands: exit status " + code;
    return switch (code) {
      case 0 -> new AgentResult(InvocationStatus.SUCCESS, code, ended.stdout(), ended.stderr());
      case SKIP_THE_REST ->
          new AgentResult(
              InvocationStatus.SUCCESS,
              code,
              ended.stdout() + ADDED.formatted(code, "succeeded"),
              "");
      case FAIL_AND_SKIP -> {
        String added = ADDED.formatted(code, "Failed");
        yield new AgentResult(
            InvocationStatus.FAILED, code, ended.stdout() + added, errors + added);
      }
      default -> new AgentResult(InvocationStatus.FAILED, code, ended.stdout(), errors);
    };
  }

  /** For a cancelled script. */
  static AgentResult cancelled(CommandEnd ended) {
    return new AgentResult(InvocationStatus.CANCELLED, KILLED, ended.stdout(), ended.stderr());
  }

  /** For a script that was gone when the agent returned. */
  static AgentResult lost() {
    return new AgentResult(InvocationStatus.FAILED, 1, "", "");
  }
}
