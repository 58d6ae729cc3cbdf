package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.Timer;
import cryptorobot.localcloud.machines.Fleet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The SSM agents of all machines. */
public final class Agent {
  private final Means means;
  private final Map<String, Delivery> deliveries = new ConcurrentHashMap<>();

  /**
   * What a delivery needs.
   *
   * @param environment what every script sees beside its parameters; the whole of it
   */
  record Means(
      Fleet fleet,
      CommandStore store,
      Timer timer,
      Latencies latencies,
      Workers workers,
      String region,
      Map<String, String> environment,
      Consumer<String> log) {
    Means {
      environment = Map.copyOf(environment);
    }
  }

  Agent(Means means) {
    this.means = means;
  }

  void send(Command command) {
    for (String instanceId : command.instanceIds()) {
      Delivery delivery = of(command, instanceId);
      means
          .timer()
          .after(means.latencies().delivery(), () -> delivery.attempt(command.deliverBefore()));
    }
  }

  void cancel(Command command, String instanceId) {
    of(command, instanceId).cancel();
  }

  private Delivery of(Command command, String instanceId) {
    return deliveries.computeIfAbsent(
        command.id() + "/" + instanceId, _ -> new Delivery(means, command, instanceId));
  }
}
