package cryptorobot.localcloud.aws;

import cryptorobot.localcloud.machines.CommandEnd;
import cryptorobot.localcloud.machines.Fleet;
import cryptorobot.localcloud.machines.FleetException;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import cryptorobot.localcloud.machines.ProcessRequest;
import cryptorobot.localcloud.machines.RunningCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A fleet without real instances; a test decides how their commands end. */
public final class FakeFleet implements Fleet {
  /** A command of an instance, which the test can end. */
  public record Given(
      String instanceId, ProcessRequest command, CompletableFuture<CommandEnd> end) {
    public String line() {
      return String.join(" ", command.argv());
    }
  }

  private final ManualClock clock;
  private final Map<String, LocalInstance> machines = new TreeMap<>();
  private final List<Given> given = new CopyOnWriteArrayList<>();
  private final List<Given> cancelled = new CopyOnWriteArrayList<>();
  private String killed = "";
  private Function<ProcessRequest, Optional<CommandEnd>> scripts = _ -> Optional.of(end(0, "", ""));

  public FakeFleet(ManualClock clock) {
    this.clock = clock;
  }

  public static CommandEnd end(int code, String stdout, String stderr) {
    return new CommandEnd(code, stdout, stderr, false, false);
  }

  /** Sets the output of a script that is killed. */
  public void killed(String stdout) {
    killed = stdout;
  }

  /** Sets how scripts end from now on; empty for scripts that run until the test ends them. */
  public void scriptsEnd(Function<ProcessRequest, Optional<CommandEnd>> how) {
    scripts = how;
  }

  /** The scripts that ran, without the commands by which the agent writes their files. */
  public List<Given> scripts() {
    return given.stream().filter(FakeFleet::isScript).toList();
  }

  public List<Given> given() {
    return List.copyOf(given);
  }

  public List<Given> cancelled() {
    return List.copyOf(cancelled);
  }

  private static boolean isScript(Given one) {
    return one.command().stdin().isEmpty();
  }

  /** Creates a running instance whose agent is online. */
  public LocalInstance online(String environment) {
    LocalInstance made = create(environment);
    return set(made.instanceId(), MachineState.RUNNING, Optional.of(clock.now()));
  }

  /** Sets the state of an instance. */
  public LocalInstance set(String instanceId, MachineState state, Optional<Instant> ping) {
    LocalInstance before = get(instanceId);
    LocalInstance after =
        new LocalInstance(
            instanceId,
            before.environment(),
            state,
            Optional.of(before.launchedAt().orElse(clock.now())),
            before.address(),
            ping,
            before.tags());
    machines.put(instanceId, after);
    return after;
  }

  private LocalInstance get(String instanceId) {
    return Optional.ofNullable(machines.get(instanceId))
        .orElseThrow(() -> new FleetException("no such instance: " + instanceId));
  }

  @Override
  public synchronized List<LocalInstance> machines() {
    return new ArrayList<>(machines.values());
  }

  @Override
  public synchronized LocalInstance create(String environment) {
    return machines.values().stream()
        .filter(machine -> machine.environment().equals(environment))
        .findFirst()
        .orElseGet(() -> make(environment));
  }

  private LocalInstance make(String environment) {
    String id = "i-%017x".formatted(machines.size() + 1);
    LocalInstance machine =
        new LocalInstance(
            id,
            environment,
            MachineState.STOPPED,
            Optional.empty(),
            "10.213.0." + (4 * machines.size() + 2),
            Optional.empty(),
            Map.of(
                LocalInstance.ENVIRONMENT_TAG,
                environment,
                LocalInstance.STACK_TAG,
                "crypto-robot"));
    machines.put(id, machine);
    return machine;
  }

  @Override
  public synchronized void start(String instanceId) {
    set(instanceId, MachineState.PENDING, Optional.empty());
  }

  @Override
  public synchronized void stop(String instanceId) {
    set(instanceId, MachineState.STOPPING, Optional.empty());
  }

  @Override
  public synchronized void remove(String instanceId) {
    get(instanceId);
    machines.remove(instanceId);
  }

  @Override
  public RunningCommand run(String instanceId, ProcessRequest command) {
    if (get(instanceId).state() != MachineState.RUNNING) {
      throw new FleetException(instanceId + " is not running");
    }
    Given one = new Given(instanceId, command, new CompletableFuture<>());
    given.add(one);
    Optional<CommandEnd> end = isScript(one) ? scripts.apply(command) : Optional.of(end(0, "", ""));
    end.ifPresent(one.end()::complete);
    return new RunningCommand() {
      @Override
      public CompletableFuture<CommandEnd> done() {
        return one.end();
      }

      @Override
      public void cancel() {
        cancelled.add(one);
        one.end().complete(end(137, killed, ""));
      }
    };
  }
}
