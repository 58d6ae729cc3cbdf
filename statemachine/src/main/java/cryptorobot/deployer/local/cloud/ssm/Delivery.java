package cryptorobot.deployer.local.cloud.ssm;

import cryptorobot.deployer.local.cloud.ssm.Agent.Means;
import cryptorobot.deployer.local.instance.CommandEnd;
import cryptorobot.deployer.local.instance.HostCommand;
import cryptorobot.deployer.local.instance.Machine;
import cryptorobot.deployer.local.instance.MachineState;
import cryptorobot.deployer.local.instance.RunningCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One command on one machine: it is delivered, run as the real agent does, and told how it ended.
 *
 * <p>As on AWS: the script is written to a file and run by {@code sh -c <file>}, so that its first
 * line chooses the interpreter; exit code 194 reboots the machine and runs the script again; of a
 * machine that is lost nothing is heard, and the command stays in progress until it expires.
 */
final class Delivery {
  /** SSM keeps the first 24,000 characters of stdout and the first 8,000 of stderr. */
  private static final int STDOUT = 24_000;

  private static final int STDERR = 8_000;

  /**
   * <a
   * href="https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html">AWS's</a>.
   */
  private static final int REBOOT = 194;

  private static final int KILLED = 137;
  private static final Duration TO_WRITE = Duration.ofSeconds(30);
  private static final String FOLDER = "/var/lib/amazon/ssm/%s/document/orchestration/%s/%s";
  private static final String WRITE =
      "umask 077 && mkdir -p \"$1\" && cat >\"$1/_script.sh\" && chmod 700 \"$1/_script.sh\"";

  private final Means means;
  private final Command command;
  private final String instanceId;
  private volatile Optional<RunningCommand> running = Optional.empty();

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
      execute();
    } else if (means.timer().instant().isBefore(before)) {
      means.store().change(command, instanceId, Invocation::delayed);
      means.timer().after(means.latencies().agentPoll(), () -> attempt(before));
    } else {
      undelivered();
    }
  }

  void cancel() {
    if (ends(InvocationStatus.CANCELLED, KILLED, "", "")) {
      running.ifPresent(RunningCommand::cancel);
    }
  }

  private boolean hasEnded() {
    return means.store().find(command.id(), instanceId).orElseThrow().status().last();
  }

  private Optional<Machine> machine() {
    return means.fleet().machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst();
  }

  private static boolean answers(Machine machine) {
    return machine.state() == MachineState.RUNNING && machine.agentPingAt().isPresent();
  }

  private void execute() {
    Instant now = means.timer().instant();
    means.store().change(command, instanceId, invocation -> invocation.started(now));
    String folder = FOLDER.formatted(instanceId, command.id(), command.document().stepName());
    byte[] script = command.document().scriptText().getBytes(StandardCharsets.UTF_8);
    run(
        new HostCommand(
            List.of("/bin/sh", "-c", WRITE, "sh", folder),
            means.environment(),
            Optional.of(script),
            TO_WRITE,
            STDOUT,
            STDERR),
        written -> {
          if (written.exitCode() == 0 && !written.timedOut()) {
            script(folder + "/_script.sh");
          } else {
            String why = "the agent could not write the script: " + written.stderr();
            end(InvocationStatus.FAILED, 1, written.stdout(), why);
          }
        });
  }

  private void script(String file) {
    Map<String, String> variables = new HashMap<>(means.environment());
    variables.putAll(command.document().environment(command.parameters()));
    run(
        new HostCommand(
            List.of("/bin/sh", "-c", file),
            variables,
            Optional.empty(),
            command.document().executionTimeout(),
            STDOUT,
            STDERR),
        this::finished);
  }

  private void run(HostCommand what, Consumer<CommandEnd> then) {
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
    if (hasEnded()) {
      process.cancel();
    }
    process
        .done()
        .whenComplete(
            (ended, fault) -> {
              running = Optional.empty();
              if (fault != null || ended.machineLost()) {
                lost();
              } else {
                then.accept(ended);
              }
            });
  }

  private void finished(CommandEnd ended) {
    if (ended.timedOut()) {
      end(InvocationStatus.EXECUTION_TIMED_OUT, KILLED, ended.stdout(), ended.stderr());
    } else if (ended.exitCode() == REBOOT) {
      log("exited with 194: %s is rebooted".formatted(instanceId));
      means.fleet().stop(instanceId);
      means.timer().after(means.latencies().agentPoll(), this::startAgain);
    } else {
      boolean good = ended.exitCode() == 0;
      end(
          good ? InvocationStatus.SUCCESS : InvocationStatus.FAILED,
          ended.exitCode(),
          ended.stdout(),
          ended.stderr());
    }
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
    Duration rest = Duration.between(means.timer().instant(), command.expiresAfter());
    means.timer().after(rest.isNegative() ? Duration.ZERO : rest, this::undelivered);
  }

  private void undelivered() {
    end(InvocationStatus.DELIVERY_TIMED_OUT, -1, "", "");
  }

  private void end(InvocationStatus status, int code, String stdout, String stderr) {
    ends(status, code, stdout, stderr);
    log(
        "%s on %s: %s, exit code %d"
            .formatted(command.comment(), instanceId, status.details(), code));
  }

  /** Whether it had not ended before. */
  private boolean ends(InvocationStatus status, int code, String stdout, String stderr) {
    Instant now = means.timer().instant();
    return means
        .store()
        .change(
            command,
            instanceId,
            before ->
                before.ended(status, code, now, first(stdout, STDOUT), first(stderr, STDERR)));
  }

  private void log(String what) {
    means.log().accept("ssm: " + command.id() + " " + what);
  }

  private static String first(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit);
  }
}
