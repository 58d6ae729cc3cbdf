package cryptorobot.localcloud.aws;

import java.time.Duration;

/**
 * Delays until changes become visible. On AWS, results are eventually consistent.
 *
 * @param delivery from SendCommand until the agent receives the command
 * @param invocation from SendCommand until GetCommandInvocation finds the command
 * @param listing from SendCommand until ListCommands and ListCommandInvocations list the command
 * @param agentPoll interval between two attempts to deliver a command
 * @param stalePing how long the agent of a stopped instance is still reported as Online; minutes on
 *     AWS, where the agent pings every five minutes
 * @param lostReport from the return of an agent until it reports a script that ended when the
 *     instance went down; 61 s on a real instance
 */
public record Latencies(
    Duration delivery,
    Duration invocation,
    Duration listing,
    Duration agentPoll,
    Duration stalePing,
    Duration lostReport) {
  /** Short, but never zero: code that expects immediate results fails here, not on AWS. */
  public static Latencies realistic() {
    return new Latencies(
        Duration.ofMillis(30),
        Duration.ofMillis(80),
        Duration.ofMillis(150),
        Duration.ofMillis(250),
        Duration.ofSeconds(20),
        Duration.ofSeconds(1));
  }
}
