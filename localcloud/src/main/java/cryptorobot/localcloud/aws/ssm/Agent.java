package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.Timer;
import cryptorobot.localcloud.machines.Fleet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The SSM agents of all instances. */
public final class Agent {
  private final Services services;
  private final Map<String, Delivery> deliveries = new ConcurrentHashMap<>();

  /**
   * The dependencies of a delivery.
   *
   * @param environment the complete environment of every script, without its parameters
   */
  record Services(
      Fleet fleet,
      CommandStore store,
      Timer timer,
      Latencies latencies,
      Workers workers,
      String region,
      Map<String, String> environment,
      Consumer<String> log) {
    Services {
      environment = Map.copyOf(environment);
    }
  }

  Agent(Services services) {
    this.services = services;
  }

  void send(Command command) {
    for (String instanceId : command.instanceIds()) {
      Delivery delivery = of(command, instanceId);
      services
          .timer()
          .after(services.latencies().delivery(), () -> delivery.attempt(command.deliverBefore()));
    }
  }

  void cancel(Command command, String instanceId) {
    of(command, instanceId).cancel();
  }

  private Delivery of(Command command, String instanceId) {
    return deliveries.computeIfAbsent(
        command.id() + "/" + instanceId, _ -> new Delivery(services, command, instanceId));
  }
}
