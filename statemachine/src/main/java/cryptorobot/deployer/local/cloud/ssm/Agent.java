package cryptorobot.deployer.local.cloud.ssm;

import cryptorobot.deployer.local.cloud.Latencies;
import cryptorobot.deployer.local.cloud.Timer;
import cryptorobot.deployer.local.instance.CommandEnd;
import cryptorobot.deployer.local.instance.Fleet;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The SSM agents of all machines: delivers commands, runs them as the real agent does and tells how
 * they ended.
 *
 * <p>As on AWS: the script is written to a file and run by {@code sh -c <file>}, so that its first
 * line chooses the interpreter; exit code 194 reboots the machine and runs the script again; of a
 * machine that is lost nothing is heard, and the command stays in progress until it expires.
 */
public final class Agent {
  /** SSM keeps the first 24,000 characters of stdout and the first 8,000 of stderr. */
  private static final int STDOUT = 24_000;

  private static final int STDERR = 8_000;

  /**
   * <a
   * href="https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html">AWS's</a>.
   */
  private static final int REBOOT = 194;

  private static final int KILLED = 137;
  private static final String FOLDER = "/var/lib/amazon/ssm/%s/document/orchestration/%s/%s";
  private static final String WRITE =
      "umask 077 && mkdir -p \"$1\" && cat >\"$1/_script.sh\" && chmod 700 \"$1/_script.sh\"";

  private final Fleet fleet;
  private final CommandStore store;
  private final Timer timer;
  private final Latencies latencies;
  private final Map<String, String> environment;
  private final Consumer<String> log;
  private final Map<String, RunningCommand> running = new ConcurrentHashMap<>();

  /**
   * @param environment what every script sees beside its parameters; the whole of it
   */
  public Agent(
      Fleet fleet,
      CommandStore store,
      Timer timer,
      Latencies latencies,
      Map<String, String> environment,
      Consumer<String> log) {
    this.fleet = fleet;
    this.store = store;
    this.timer = timer;
    this.latencies = latencies;
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  void send(Command command) {
    for (String instanceId : command.instanceIds()) {
      timer.after(
          latencies.delivery(), () -> deliver(command, instanceId, command.deliverBefore()));
    }
  }

  void cancel(Command command, String instanceId) {
    Instant now = timer.instant();
    if (store.change(
        command,
        instanceId,
        before -> before.ended(InvocationStatus.CANCELLED, KILLED, now, "", ""))) {
      RunningCommand process = running.remove(key(command, instanceId));
      if (process != null) {
        process.cancel();
      }
    }
  }

  private void deliver(Command command, String instanceId, Instant before) {
    if (store.find(command.id(), instanceId).orElseThrow().status().last()) {
      return;
    }
    Optional<Machine> machine = machine(instanceId);
    if (machine.filter(Agent::answers).isPresent()) {
      execute(command, instanceId);
    } else if (timer.instant().isBefore(before)) {
      store.change(command, instanceId, Invocation::delayed);
      timer.after(latencies.agentPoll(), () -> deliver(command, instanceId, before));
    } else {
      end(command, instanceId, InvocationStatus.DELIVERY_TIMED_OUT, -1, "", "");
    }
  }

  private static boolean answers(Machine machine) {
    return machine.state() == MachineState.RUNNING && machine.agentPingAt().isPresent();
  }

  private void execute(Command command, String instanceId) {
    store.change(command, instanceId, invocation -> invocation.started(timer.instant()));
    String folder = FOLDER.formatted(instanceId, command.id(), command.document().stepName());
    byte[] script = command.document().scriptText().getBytes(StandardCharsets.UTF_8);
    run(
        command,
        instanceId,
        new HostCommand(
            List.of("/bin/sh", "-c", WRITE, "sh", folder),
            environment,
            Optional.of(script),
            Duration.ofSeconds(30),
            STDOUT,
            STDERR),
        written -> {
          if (written.exitCode() == 0 && !written.timedOut()) {
            script(command, instanceId, folder + "/_script.sh");
          } else {
            end(
                command,
                instanceId,
                InvocationStatus.FAILED,
                1,
                written.stdout(),
                "the agent could not write the script: " + written.stderr());
          }
        });
  }

  private void script(Command command, String instanceId, String file) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(command.document().environment(command.parameters()));
    run(
        command,
        instanceId,
        new HostCommand(
            List.of("/bin/sh", "-c", file),
            variables,
            Optional.empty(),
            command.document().executionTimeout(),
            STDOUT,
            STDERR),
        ended -> finished(command, instanceId, ended));
  }

  private void run(
      Command command, String instanceId, HostCommand what, Consumer<CommandEnd> then) {
    RunningCommand process;
    try {
      process = fleet.run(instanceId, what);
    } catch (RuntimeException e) {
      // It stopped between our look at it and now.
      log.accept("ssm: " + command.id() + " could not run on " + instanceId + ": " + e);
      lost(command, instanceId);
      return;
    }
    String key = key(command, instanceId);
    running.put(key, process);
    if (store.find(command.id(), instanceId).orElseThrow().status().last()) {
      process.cancel();
    }
    process
        .done()
        .whenComplete(
            (ended, fault) -> {
              running.remove(key, process);
              if (fault != null || ended.machineLost()) {
                lost(command, instanceId);
              } else {
                then.accept(ended);
              }
            });
  }

  private void finished(Command command, String instanceId, CommandEnd ended) {
    if (ended.timedOut()) {
      end(
          command,
          instanceId,
          InvocationStatus.EXECUTION_TIMED_OUT,
          KILLED,
          ended.stdout(),
          ended.stderr());
    } else if (ended.exitCode() == REBOOT) {
      log.accept("ssm: " + command.id() + " exited with 194: " + instanceId + " is rebooted");
      fleet.stop(instanceId);
      timer.after(latencies.agentPoll(), () -> startAgain(command, instanceId));
    } else {
      end(
          command,
          instanceId,
          ended.exitCode() == 0 ? InvocationStatus.SUCCESS : InvocationStatus.FAILED,
          ended.exitCode(),
          ended.stdout(),
          ended.stderr());
    }
  }

  private void startAgain(Command command, String instanceId) {
    if (machine(instanceId).filter(m -> m.state() == MachineState.STOPPED).isPresent()) {
      fleet.start(instanceId);
      deliverAgain(command, instanceId);
    } else if (timer.instant().isBefore(command.expiresAfter())) {
      timer.after(latencies.agentPoll(), () -> startAgain(command, instanceId));
    } else {
      end(command, instanceId, InvocationStatus.DELIVERY_TIMED_OUT, -1, "", "");
    }
  }

  private void deliverAgain(Command command, String instanceId) {
    timer.after(latencies.agentPoll(), () -> deliver(command, instanceId, command.expiresAfter()));
  }

  private void lost(Command command, String instanceId) {
    Duration rest = Duration.between(timer.instant(), command.expiresAfter());
    timer.after(
        rest.isNegative() ? Duration.ZERO : rest,
        () -> end(command, instanceId, InvocationStatus.DELIVERY_TIMED_OUT, -1, "", ""));
  }

  private void end(
      Command command,
      String instanceId,
      InvocationStatus status,
      int code,
      String stdout,
      String stderr) {
    Instant now = timer.instant();
    store.change(
        command,
        instanceId,
        before -> before.ended(status, code, now, first(stdout, STDOUT), first(stderr, STDERR)));
    log.accept(
        "ssm: %s %s on %s: %s, exit code %d"
            .formatted(command.id(), command.comment(), instanceId, status.details(), code));
  }

  private static String first(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit);
  }

  private Optional<Machine> machine(String instanceId) {
    return fleet.machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst();
  }

  private static String key(Command command, String instanceId) {
    return command.id() + "/" + instanceId;
  }
}
