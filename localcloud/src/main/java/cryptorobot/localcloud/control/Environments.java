package cryptorobot.localcloud.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.EnvironmentName;
import cryptorobot.localcloud.aws.EnvironmentStacks;
import cryptorobot.localcloud.aws.Timer;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.machines.Fleet;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Creates, lists, starts and removes environments: their instances and their stacks. */
public final class Environments {
  private static final Duration POWER_OFF = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Fleet fleet;
  private final EnvironmentStacks stacks;
  private final Timer timer;

  public Environments(Fleet fleet, EnvironmentStacks stacks, Timer timer) {
    this.fleet = fleet;
    this.stacks = stacks;
    this.timer = timer;
  }

  JsonNode list() {
    ArrayNode all = AwsJson.array();
    fleet.machines().forEach(machine -> all.add(json(machine)));
    return all;
  }

  /** Creates and starts the instance if necessary. Returns before the instance has booted. */
  JsonNode ensure(String environment) {
    refuseTakenNames(environment);
    stacks.create(environment);
    LocalInstance machine = fleet.create(environment);
    if (machine.state() == MachineState.STOPPED) {
      fleet.start(machine.instanceId());
    }
    return json(find(environment));
  }

  /** As CloudFormation does when a state machine of this name exists. */
  private void refuseTakenNames(String environment) {
    EnvironmentName name = new EnvironmentName("", environment);
    fleet.machines().stream()
        .map(LocalInstance::environment)
        .filter(other -> name.collidesWith(new EnvironmentName("", other)))
        .findFirst()
        .ifPresent(
            other -> {
              throw new ApiError(
                  409,
                  "AlreadyExists",
                  "%s and %s differ only by punctuation: their state machines would have the same names"
                      .formatted(environment, other));
            });
  }

  JsonNode remove(String environment) {
    fleet.remove(find(environment).instanceId());
    stacks.delete(environment);
    return AwsJson.object().put("removed", environment);
  }

  /** Powers every instance off and waits for it. */
  void powerOff() {
    fleet.machines().stream()
        .filter(machine -> machine.state() != MachineState.STOPPED)
        .forEach(machine -> fleet.stop(machine.instanceId()));
    CountDownLatch off = new CountDownLatch(1);
    watch(off, timer.instant().plus(POWER_OFF));
    try {
      if (!off.await(POWER_OFF.plusSeconds(5).toSeconds(), TimeUnit.SECONDS)) {
        throw new ApiError(504, "Timeout", "The instances did not power off in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiError(503, "Interrupted", "Interrupted while the instances power off");
    }
  }

  private void watch(CountDownLatch off, Instant deadline) {
    if (fleet.machines().stream().allMatch(m -> m.state() == MachineState.STOPPED)) {
      off.countDown();
    } else if (timer.instant().isBefore(deadline)) {
      timer.after(LOOK, () -> watch(off, deadline));
    }
  }

  private LocalInstance find(String environment) {
    return fleet.machines().stream()
        .filter(machine -> machine.environment().equals(environment))
        .findFirst()
        .orElseThrow(() -> new ApiError(404, "NotFound", "There is no environment " + environment));
  }

  private static ObjectNode json(LocalInstance machine) {
    ObjectNode node =
        AwsJson.object()
            .put("environment", machine.environment())
            .put("instance_id", machine.instanceId())
            .put("state", machine.state().name().toLowerCase(Locale.ROOT))
            .put("address", machine.address())
            .put("agent_online", machine.agentPingAt().isPresent());
    machine.launchedAt().ifPresent(at -> node.put("launched_at", at.toString()));
    machine.agentPingAt().ifPresent(at -> node.put("agent_ping_at", at.toString()));
    return node;
  }
}
