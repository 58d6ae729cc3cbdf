package cryptorobot.deployer.faults.model;

import cryptorobot.deployer.failure.DeploymentFailure.HostUnreachable;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Run Command: delivers commands to the instance, and knows about them what the instance reports.
 */
public final class SystemsManager implements HostCommands {
  private static final Duration TO_DELIVER = Duration.ofMillis(40);
  private static final Duration POLL = Duration.ofSeconds(3);
  private static final Duration DELIVERY = Duration.ofSeconds(60);

  private final Machine machine;
  private final StepUnit unit;
  private final Documents documents;
  private final Map<String, Sent> sent = new LinkedHashMap<>();
  private final List<Waiting> late = new ArrayList<>();

  private static final class Sent {
    final HostCommand command;
    final Instant at;
    CommandState state = new CommandState.Running();

    Sent(HostCommand command, Instant at) {
      this.command = command;
      this.at = at;
    }
  }

  private record Waiting(Sent sent, int afterCommands) {}

  /** */
  public SystemsManager(Machine machine, World world, Documents documents) {
    this.machine = machine;
    this.unit = new StepUnit(machine, world);
    this.documents = documents;
  }

  /** Every parameter of every command. Such parameters are readable for years. */
  public String parameters() {
    var all = new StringBuilder();
    sent.values().forEach(one -> all.append(one.command.parameters()));
    return all.toString();
  }

  @Override
  public Optional<String> find(String instanceId, String comment, Instant since) {
    return sent.entrySet().stream()
        .filter(one -> one.getValue().command.comment().equals(comment))
        .map(Map.Entry::getKey)
        .reduce((_, newest) -> newest);
  }

  @Override
  public String send(HostCommand command) {
    return send(command, new Delivery.Normal());
  }

  /** Sends a command with this delivery. */
  public String send(HostCommand command, Delivery delivery) {
    if (!machine.isOn()) {
      throw new HostUnreachable("the agent of " + command.instanceId() + " is not registered");
    }
    var one = new Sent(command, machine.time().now());
    var id = "command-" + sent.size();
    sent.put(id, one);
    switch (delivery) {
      case Delivery.Normal _ -> deliverSoon(one);
      case Delivery.Twice _ -> {
        deliverSoon(one);
        deliverSoon(one);
      }
      case Delivery.Never _ -> expires(one);
      case Delivery.Late(int afterCommands) -> {
        expires(one);
        late.add(new Waiting(one, afterCommands));
      }
    }
    return id;
  }

  private void deliverSoon(Sent one) {
    after(TO_DELIVER, () -> deliver(one));
  }

  private void expires(Sent one) {
    after(DELIVERY, () -> end(one, new CommandState.Undelivered("DeliveryTimedOut")));
  }

  private void after(Duration wait, Runnable action) {
    machine.time().schedule(machine.time().now().plus(wait), action);
  }

  private void deliver(Sent one) {
    if (machine.answers()) {
      machine.start(() -> execute(one));
    } else if (machine.time().now().isBefore(one.at.plus(DELIVERY))) {
      after(POLL, () -> deliver(one));
    } else {
      end(one, new CommandState.Undelivered("DeliveryTimedOut"));
    }
  }

  private void execute(Sent one) {
    var ended = unit.run(documents.step(one.command.document()), one.command.parameters());
    if (machine.isConnected()) {
      ended.ifPresent(state -> end(one, state));
    }
    late.replaceAll(waiting -> new Waiting(waiting.sent(), waiting.afterCommands() - 1));
    arrive(0);
  }

  /** Delivers what waits for at most that many commands. The rest waits for that many fewer. */
  public void deliverLate(int atMost, int others) {
    arrive(atMost);
    late.replaceAll(waiting -> new Waiting(waiting.sent(), others));
  }

  private void arrive(int atMost) {
    late.stream()
        .filter(waiting -> waiting.afterCommands() <= atMost)
        .toList()
        .forEach(
            waiting -> {
              late.remove(waiting);
              deliver(waiting.sent());
            });
  }

  private void end(Sent one, CommandState state) {
    if (one.state instanceof CommandState.Running) {
      one.state = state;
    }
  }

  /** The commands that a power cut ended. After the boot the agent reports that it lost them. */
  public void losesWhatRuns() {
    sent.values().forEach(one -> end(one, new CommandState.Lost()));
  }

  @Override
  public CommandState state(String commandId, String instanceId) {
    var one = sent.get(commandId);
    var expiry = one.at.plus(DELIVERY).plus(documents.timeout(one.command.document()));
    if (machine.time().now().isAfter(expiry)) {
      end(one, new CommandState.TimedOut("ExecutionTimedOut", Optional.empty()));
    }
    return one.state;
  }
}
