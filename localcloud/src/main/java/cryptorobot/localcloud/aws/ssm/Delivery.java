package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.ssm.Agent.Services;
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
 * One command on one instance: delivered, run and reported as observed with agent 3.3.1142.
 *
 * <p>The script is written to a file and run by {@code sh -c <file>}, so that its first line
 * selects the interpreter. It has ended when no process holds its outputs open. Exit code 194
 * reboots the instance and runs the script again; the report contains the outputs of both runs. If
 * the instance goes down while the script runs, the agent reports the script some time after its
 * return, as failed with code 1 and without output. If the instance does not return, there is no
 * report, and the command stays in progress until it expires.
 *
 * <p>Not implemented: a restart of only the agent, during which a real script continues; the status
 * Cancelling; documents with several steps. A script that a signal ended is reported with the exit
 * code of Debian's {@code sh}, see {@link AgentResult}.
 */
final class Delivery {
  /**
   * <a
   * href="https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html">Exit
   * code for a reboot</a>.
   */
  private static final int REBOOT = 194;

  private static final CommandEnd NO_OUTPUT = new CommandEnd(0, "", "", false, false);
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);
  private static final String FOLDER = "/var/lib/amazon/ssm/%s/document/orchestration/%s/%s";
  private static final String WRITE =
      "umask 077 && mkdir -p \"$1\" && cat >\"$1/_script.sh\" && chmod 700 \"$1/_script.sh\"";

  private static final String RUN = "umask 022; cd /usr/bin; exec /bin/sh -c \"$1\"";

  private final Services services;
  private final Command command;
  private final String instanceId;
  private final StringBuilder earlierStdout = new StringBuilder();
  private final StringBuilder earlierStderr = new StringBuilder();
  private volatile Optional<RunningCommand> running = Optional.empty();
  private volatile boolean cancelled;

  Delivery(Services services, Command command, String instanceId) {
    this.services = services;
    this.command = command;
    this.instanceId = instanceId;
  }

  /** Runs the command if the agent is online; otherwise retries until the given time. */
  void attempt(Instant before) {
    if (hasEnded()) {
      return;
    }
    if (machine().filter(Delivery::isOnline).isPresent()) {
      services.workers().begin(instanceId, this::execute);
    } else if (services.timer().instant().isBefore(before)) {
      services.store().change(command, instanceId, Invocation::delayed);
      services.timer().after(services.latencies().agentPoll(), () -> attempt(before));
    } else {
      undelivered();
    }
  }

  /** Kills the script and reports its outputs so far. */
  void cancel() {
    cancelled = true;
    running.ifPresentOrElse(RunningCommand::cancel, () -> end(AgentResult.cancelled(NO_OUTPUT)));
  }

  private boolean hasEnded() {
    return services.store().find(command.id(), instanceId).orElseThrow().status().isTerminal();
  }

  private Optional<LocalInstance> machine() {
    return services.fleet().machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst();
  }

  private static boolean isOnline(LocalInstance machine) {
    return machine.state() == MachineState.RUNNING && machine.agentPingAt().isPresent();
  }

  private void execute() {
    Instant now = services.timer().instant();
    if (!services.store().change(command, instanceId, invocation -> invocation.started(now))) {
      // The command was cancelled while it waited for a worker.
      services.workers().end(instanceId);
      return;
    }
    String folder = FOLDER.formatted(instanceId, command.id(), command.document().stepName());
    byte[] script = command.document().scriptText().getBytes(StandardCharsets.UTF_8);
    run(
        new ProcessRequest(
            List.of("/bin/sh", "-c", WRITE, "sh", folder),
            services.environment(),
            Optional.of(script),
            WRITE_TIMEOUT,
            AgentOutput.LARGEST,
            AgentOutput.LARGEST),
        written -> {
          if (written.exitCode() == 0 && !written.timedOut()) {
            script(folder + "/_script.sh");
          } else {
            String reason = "the agent could not write the script: " + written.stderr();
            reported(new AgentResult(InvocationStatus.FAILED, 1, written.stdout(), reason));
          }
        });
  }

  private void script(String file) {
    Map<String, String> variables = new HashMap<>(services.environment());
    variables.putAll(command.document().environment(command.parameters()));
    variables.putAll(agentVariables());
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

  /** The variables that the agent sets for every script, and those of the agent's own unit. */
  private Map<String, String> agentVariables() {
    return Map.of(
        "SSM_COMMAND_ID",
        command.id(),
        "AWS_SSM_INSTANCE_ID",
        instanceId,
        "AWS_SSM_REGION_NAME",
        services.region(),
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
      reported(AgentResult.cancelled(joined(NO_OUTPUT)));
      return;
    }
    RunningCommand process;
    try {
      process = services.fleet().run(instanceId, what);
    } catch (RuntimeException e) {
      // The instance stopped after the check.
      log("could not run on %s: %s".formatted(instanceId, e));
      lost();
      return;
    }
    running = Optional.of(process);
    // The command was cancelled after the check.
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
                reported(AgentResult.cancelled(joined(ended)));
              } else {
                then.accept(ended);
              }
            });
  }

  private void finished(CommandEnd ended) {
    if (ended.exitCode() == REBOOT && !ended.timedOut()) {
      log("exited with 194: %s reboots".formatted(instanceId));
      earlierStdout.append(ended.stdout());
      earlierStderr.append(ended.stderr());
      services.workers().end(instanceId);
      services.fleet().stop(instanceId);
      services.timer().after(services.latencies().agentPoll(), this::startAgain);
    } else {
      reported(AgentResult.of(joined(ended)));
    }
  }

  /** Prepends the output from before the reboot. */
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
      services.fleet().start(instanceId);
      services
          .timer()
          .after(services.latencies().agentPoll(), () -> attempt(command.expiresAfter()));
    } else if (services.timer().instant().isBefore(command.expiresAfter())) {
      services.timer().after(services.latencies().agentPoll(), this::startAgain);
    } else {
      undelivered();
    }
  }

  private void lost() {
    services.workers().end(instanceId);
    awaitReturn(services.timer().instant(), Optional.empty());
  }

  /** Waits until the agent has been back for some time, or the command expires. */
  private void awaitReturn(Instant lostAt, Optional<Instant> backSince) {
    Instant now = services.timer().instant();
    boolean back =
        machine()
            .filter(Delivery::isOnline)
            .flatMap(LocalInstance::agentPingAt)
            .filter(ping -> ping.isAfter(lostAt))
            .isPresent();
    Optional<Instant> since = back ? backSince.or(() -> Optional.of(now)) : Optional.empty();
    if (since.filter(at -> !now.isBefore(at.plus(services.latencies().lostReport()))).isPresent()) {
      end(AgentResult.lost());
    } else if (now.isBefore(command.expiresAfter())) {
      Duration rest = Duration.between(now, command.expiresAfter());
      Duration poll = services.latencies().agentPoll();
      services
          .timer()
          .after(rest.compareTo(poll) < 0 ? rest : poll, () -> awaitReturn(lostAt, since));
    } else {
      undelivered();
    }
  }

  private void undelivered() {
    end(new AgentResult(InvocationStatus.DELIVERY_TIMED_OUT, -1, "", ""));
  }

  /** Frees the agent's worker and records the result. */
  private void reported(AgentResult result) {
    services.workers().end(instanceId);
    end(result);
  }

  private void end(AgentResult result) {
    Instant now = services.timer().instant();
    services
        .store()
        .change(
            command,
            instanceId,
            before ->
                before.ended(
                    result.status(),
                    result.code(),
                    now,
                    AgentOutput.cut(result.stdout()),
                    AgentOutput.cut(result.stderr())));
    log(
        "%s on %s: %s, exit code %d"
            .formatted(command.comment(), instanceId, result.status().details(), result.code()));
  }

  private void log(String event) {
    services.log().accept("ssm: " + command.id() + " " + event);
  }
}
