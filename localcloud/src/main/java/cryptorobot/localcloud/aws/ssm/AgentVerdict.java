package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.machines.CommandEnd;

/**
 * What the agent reports of a script that came to an end, as agent 3.3.1142 was seen to do.
 *
 * <p>Where the instance's {@code sh} is bash, as on Amazon Linux, the agent reports -1 for a script
 * that a signal ended; here {@code sh} is Debian's dash, which ends with 128 and the signal's
 * number.
 */
record AgentVerdict(InvocationStatus status, int code, String stdout, String stderr) {
  static final int KILLED = 137;
  private static final int SKIP_THE_REST = 168;
  private static final int FAIL_AND_SKIP = 169;
  private static final String ADDED =
      "\nStep exited with code %d. Therefore, marking step as %s. Further document steps will be"
          + " skipped.";

  static AgentVerdict of(CommandEnd ended) {
    int code = ended.exitCode();
    if (ended.timedOut() || code == KILLED) {
      return new AgentVerdict(
          InvocationStatus.EXECUTION_TIMED_OUT, KILLED, ended.stdout(), ended.stderr());
    }
    String errors = ended.stderr() + "failed to run commands: exit status " + code;
    return switch (code) {
      case 0 -> new AgentVerdict(InvocationStatus.SUCCESS, code, ended.stdout(), ended.stderr());
      case SKIP_THE_REST ->
          new AgentVerdict(
              InvocationStatus.SUCCESS,
              code,
              ended.stdout() + ADDED.formatted(code, "succeeded"),
              "");
      case FAIL_AND_SKIP -> {
        String added = ADDED.formatted(code, "Failed");
        yield new AgentVerdict(
            InvocationStatus.FAILED, code, ended.stdout() + added, errors + added);
      }
      default -> new AgentVerdict(InvocationStatus.FAILED, code, ended.stdout(), errors);
    };
  }

  /** Of a script that somebody cancelled. */
  static AgentVerdict cancelled(CommandEnd ended) {
    return new AgentVerdict(InvocationStatus.CANCELLED, KILLED, ended.stdout(), ended.stderr());
  }

  /** Of a script that was gone when the agent came back. */
  static AgentVerdict lost() {
    return new AgentVerdict(InvocationStatus.FAILED, 1, "", "");
  }
}
