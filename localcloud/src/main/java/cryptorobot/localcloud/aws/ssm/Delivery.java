package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.ssm.Agent.Means;
import cryptorobot.localcloud.machines.CommandEnd;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import cryptorobot.localcloud.machines.ProcessRequest;
import cryptorobot.localcloud.machines.RunningCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One command on one machine: it is delivered, run and reported as agent 3.3.1142 was seen to do.
 *
 * <p>The script is written to a file and run by {@code sh -c <file>}, so that its first line
 * chooses the interpreter. It has ended when nobody holds its outputs any more. Exit code 194
 * reboots the machine and runs it again, and the outputs of both runs are reported. A script that
 * its machine took with it is reported some time after the agent is back, as failed with code 1 and
 * no output; of a machine that stays away nothing is heard, and the command is in progress until it
 * expires.
 *
 * <p>Not done here: a restart of the agent alone, during which a real script runs on; the status
 * Cancelling; documents of several steps; a script that was killed by a signal is reported as by
 * Debian's {@code sh}, see {@link AgentVerdict}.
 */
final class Delivery {
  /**
   * <a
   * href="https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html">AWS's</a>.
   */
  private static final int REBOOT = 194;

  private static final CommandEnd NOTHING = new CommandEnd(0, "", "", false, false);
  private static final Duration TO_WRITE = Duration.ofSeconds(30);
  private static final String FOLDER = "/var/lib/amazon/ssm/%s/document/orchestration/%s/%s";
  private static final String WRITE =
      "umask 077 && mkdir -p \"$1\" && cat >\"$1/_script.sh\" && chmod 700 \"$1/_script.sh\"";

  private static final String RUN = "umask 022; cd /usr/bin; exec /bin/sh -c \"$1\"";

  private final Means means;
  private final Command command;
  private final String instanceId;
  private final StringBuilder earlierStdout = new StringBuilder();
  private final StringBuilder earlierStderr = new StringBuilder();
  private volatile Optional<RunningCommand> running = Optional.empty();
  private volatile boolean cancelled;

  Delivery(Means means, Command command, String instanceId) {
    this.means = means;
    this.command = command;
    this.instanceId = instanceId;
  }

  /** Runs the command if the machine's agent answers, else tries again until this moment. */
  void attempt(Instant before) {
    if (hasEnded()) {
      return;
    }
    if (machine().filter(Delivery::answers).isPresent()) {
      means.workers().begin(instanceId, this::execute);
    } else if (means.timer().instant().isBefore(before)) {
      means.store().change(command, instanceId, Invocation::delayed);
      means.timer().after(means.latencies().agentPoll(), () -> attempt(before));
    } else {
      undelivered();
    }
  }

  /** What runs is killed and reported with its outputs so far. */
  void cancel() {
    cancelled = true;
    running.ifPresentOrElse(RunningCommand::cancel, () -> end(AgentVerdict.cancelled(NOTHING)));
  }

  private boolean hasEnded() {
    return means.store().find(command.id(), instanceId).orElseThrow().status().last();
  }

  private Optional<LocalInstance> machine() {
    return means.fleet().machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst();
  }

  private static boolean answers(LocalInstance machine) {
    return machine.state() == MachineState.RUNNING && machine.agentPingAt().isPresent();
  }

  private void execute() {
    Instant now = means.timer().instant();
    if (!means.store().change(command, instanceId, invocation -> invocation.started(now))) {
      // Cancelled while it waited for a worker.
      means.workers().end(instanceId);
      return;
    }
    String folder = FOLDER.formatted(instanceId, command.id(), command.document().stepName());
    byte[] script = command.document().scriptText().getBytes(StandardCharsets.UTF_8);
    run(
        new ProcessRequest(
            List.of("/bin/sh", "-c", WRITE, "sh", folder),
            means.environment(),
            Optional.of(script),
            TO_WRITE,
            AgentOutput.LARGEST,
            AgentOutput.LARGEST),
        written -> {
          if (written.exitCode() == 0 && !written.timedOut()) {
            script(folder + "/_script.sh");
          } else {
            String why = "the agent could not write the script: " + written.stderr();
            reported(new AgentVerdict(InvocationStatus.FAILED, 1, written.stdout(), why));
          }
        });
  }

  private void script(String file) {
    Map<String, String> variables = new HashMap<>(means.environment());
    variables.putAll(command.document().environment(command.parameters()));
    variables.putAll(ofTheAgent());
    run(
        new ProcessRequest(
            List.of("/bin/sh", "-c", RUN, "sh", file),
            variables,
            Optional.empty(),
            command.document().executionTimeout(),
            AgentOutput.LARGEST,
            AgentOutput.LARGEST),
        this::finished);
  }

  /** What the agent sets for every script, and what it has of its own unit. */
  private Map<String, String> ofTheAgent() {
    return Map.of(
        "SSM_COMMAND_ID",
        command.id(),
        "AWS_SSM_INSTANCE_ID",
        instanceId,
        "AWS_SSM_REGION_NAME",
        means.region(),
        "AWS_SSM_PLATFORM_NAME",
        CommandQueries.PLATFORM_NAME,
        "AWS_SSM_PLATFORM_VERSION",
        CommandQueries.PLATFORM_VERSION,
        "INVOCATION_ID",
        "0123456789abcdef0123456789abcdef",
        "JOURNAL_STREAM",
        "8:12345",
        "SYSTEMD_EXEC_PID",
        "1");
  }

  private void run(ProcessRequest what, Consumer<CommandEnd> then) {
    if (cancelled) {
      reported(AgentVerdict.cancelled(joined(NOTHING)));
      return;
    }
    RunningCommand process;
    try {
      process = means.fleet().run(instanceId, what);
    } catch (RuntimeException e) {
      // It stopped between our look at it and now.
      log("could not run on %s: %s".formatted(instanceId, e));
      lost();
      return;
    }
    running = Optional.of(process);
    // Cancelled since we looked.
    if (cancelled) {
      process.cancel();
    }
    process
        .done()
        .whenComplete(
            (ended, fault) -> {
              running = Optional.empty();
              if (fault != null || ended.machineLost()) {
                lost();
              } else if (cancelled) {
                reported(AgentVerdict.cancelled(joined(ended)));
              } else {
                then.accept(ended);
              }
            });
  }

  private void finished(CommandEnd ended) {
    if (ended.exitCode() == REBOOT && !ended.timedOut()) {
      log("exited with 194: %s is rebooted".formatted(instanceId));
      earlierStdout.append(ended.stdout());
      earlierStderr.append(ended.stderr());
      means.workers().end(instanceId);
      means.fleet().stop(instanceId);
      means.timer().after(means.latencies().agentPoll(), this::startAgain);
    } else {
      reported(AgentVerdict.of(joined(ended)));
    }
  }

  /** With what it printed before it had the machine rebooted. */
  private CommandEnd joined(CommandEnd ended) {
    return new CommandEnd(
        ended.exitCode(),
        earlierStdout + ended.stdout(),
        earlierStderr + ended.stderr(),
        ended.timedOut(),
        ended.machineLost());
  }

  private void startAgain() {
    if (machine().filter(m -> m.state() == MachineState.STOPPED).isPresent()) {
      means.fleet().start(instanceId);
      means.timer().after(means.latencies().agentPoll(), () -> attempt(command.expiresAfter()));
    } else if (means.timer().instant().isBefore(command.expiresAfter())) {
      means.timer().after(means.latencies().agentPoll(), this::startAgain);
    } else {
      undelivered();
    }
  }

  private void lost() {
    means.workers().end(instanceId);
    awaitReturn(means.timer().instant(), Optional.empty());
  }

  /** Until the agent has been back for a while, or the command expires. */
  private void awaitReturn(Instant lostAt, Optional<Instant> backSince) {
    Instant now = means.timer().instant();
    boolean back =
        machine()
            .filter(Delivery::answers)
            .flatMap(LocalInstance::agentPingAt)
            .filter(ping -> ping.isAfter(lostAt))
            .isPresent();
    Optional<Instant> since = back ? backSince.or(() -> Optional.of(now)) : Optional.empty();
    if (since.filter(at -> !now.isBefore(at.plus(means.latencies().lostReport()))).isPresent()) {
      end(AgentVerdict.lost());
    } else if (now.isBefore(command.expiresAfter())) {
      Duration rest = Duration.between(now, command.expiresAfter());
      Duration poll = means.latencies().agentPoll();
      means.timer().after(rest.compareTo(poll) < 0 ? rest : poll, () -> awaitReturn(lostAt, since));
    } else {
      undelivered();
    }
  }

  private void undelivered() {
    end(new AgentVerdict(InvocationStatus.DELIVERY_TIMED_OUT, -1, "", ""));
  }

  /** The agent has done with it. */
  private void reported(AgentVerdict verdict) {
    means.workers().end(instanceId);
    end(verdict);
  }

  private void end(AgentVerdict verdict) {
    Instant now = means.timer().instant();
    means
        .store()
        .change(
            command,
            instanceId,
            before ->
                before.ended(
                    verdict.status(),
                    verdict.code(),
                    now,
                    AgentOutput.cut(verdict.stdout()),
                    AgentOutput.cut(verdict.stderr())));
    log(
        "%s on %s: %s, exit code %d"
            .formatted(command.comment(), instanceId, verdict.status().details(), verdict.code()));
  }

  private void log(String what) {
    means.log().accept("ssm: " + command.id() + " " + what);
  }
}
