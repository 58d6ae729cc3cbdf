package cryptorobot.localcloud.aws;

import java.time.Duration;

/**
 * How late things become visible, as on AWS, where results are eventually consistent.
 *
 * @param delivery from SendCommand until the agent has the command
 * @param invocation until GetCommandInvocation knows a command that was sent
 * @param listing until ListCommands and ListCommandInvocations do
 * @param agentPoll how often an undelivered command is offered again
 * @param stalePing for how long a stopped machine's agent is still called Online; on AWS minutes,
 *     the agent's ping being due every five
 * @param lostReport from the return of an agent until it reports a script that the machine took
 *     with it; on a real instance 61 s
 */
public record Latencies(
    Duration delivery,
    Duration invocation,
    Duration listing,
    Duration agentPoll,
    Duration stalePing,
    Duration lostReport) {
  /** Short, but never zero: who relies on immediacy is found out here and not on AWS. */
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
