package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who operates an instance step by step in place of the state machine: one after the other, each
 * taking the lock from the one before, whatever that one has left.
 */
final class LockOwners {
  private final Instance instance;
  private final InstanceInvariants invariants;
  private final Map<String, String> settings;
  private int count;

  /** Who has the lock and has done nothing with it yet. */
  private Optional<Controller> waiting = Optional.empty();

  /**
   * @param settings a deploy's, as planned
   */
  LockOwners(Instance instance, InstanceInvariants invariants, Map<String, String> settings) {
    this.instance = instance;
    this.invariants = invariants;
    this.settings = Map.copyOf(settings);
  }

  /** Somebody new who has taken the lock, from whoever had it. */
  Controller next() {
    if (waiting.isPresent()) {
      Controller next = waiting.get();
      waiting = Optional.empty();
      return next;
    }
    Controller next = newcomer();
    JsonNode begun = next.run("begin", 50).good();
    assertTrue(begun.path("acquired").asBoolean(), begun::toString);
    return next.with("Generation", begun.path("generation").asText());
  }

  /** Somebody new who may take the lock from whoever has it, and has not asked yet. */
  Controller newcomer() {
    JsonNode lock = invariants.observe().path("lock");
    String from =
        lock.isObject() ? lock.path("generation").asText() + " " + lock.path("owner").asText() : "";
    return Controller.named("faults-" + ++count, instance, settings)
        .with("Lifetime", "execution")
        .with("StealFrom", from)
        .with("KeepUntilReboot", "false")
        .with("Operation", "deploy")
        .with("Mode", "live")
        .with("Protocol", "https")
        .with("RequestedProtocol", "https")
        .with("CertificateNotAfter", "")
        .with("DeadManSeconds", "600")
        .with("Stamp", StartCounts.now())
        .with("BakeSeconds", "0");
  }

  /** What serves once a next one has taken the lock: whole, with nothing left over. */
  Whole settled() {
    Controller next = next();
    Whole whole = invariants.holds();
    assertEquals(List.of(), whole.leftOver(), "what is left over");
    assertEquals(List.of(), whole.decision(), "what is not decided");
    assertEquals(Optional.of(next.owner()), whole.owner(), "who holds the lock");
    waiting = Optional.of(next);
    return whole;
  }

  /** The lock is given back, so that executions can have it. */
  void leave() {
    waiting = Optional.empty();
    next().run("end", 90).good();
  }
}
