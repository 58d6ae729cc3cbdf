package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Owners that operate an instance step by step in place of the state machine. Each takes the lock
 * from the one before it, whatever that one left.
 */
final class LockOwners {
  private final Instance instance;
  private final InstanceInvariants invariants;
  private final Map<String, String> settings;
  private int count;
  private boolean taken;

  /** The owner that has the lock and has not used it yet. */
  private Optional<Controller> waiting = Optional.empty();

  /**
   * @param settings those of a deploy, as planned
   */
  LockOwners(Instance instance, InstanceInvariants invariants, Map<String, String> settings) {
    this.instance = instance;
    this.invariants = invariants;
    this.settings = Map.copyOf(settings);
  }

  /** A new owner, which has taken over the lock. */
  Controller next() {
    if (waiting.isPresent()) {
      Controller next = waiting.get();
      waiting = Optional.empty();
      return next;
    }
    Controller next = newOwner();
    JsonNode begun = next.run("acquire-lock", 50).good();
    assertTrue(begun.path("acquired").asBoolean(), begun::toString);
    return next.with("Generation", begun.path("generation").asText()).with("Operation", "deploy");
  }

  /** A new owner that may take over the lock and has not requested it yet. */
  Controller newOwner() {
    taken = true;
    JsonNode lock = invariants.observe().path("lock");
    String from =
        lock.isObject() ? lock.path("generation").asText() + " " + lock.path("owner").asText() : "";
    return Controller.named("faults-" + ++count, instance, settings)
        .with("Lifetime", "execution")
        .with("StealFrom", from)
        .with("KeepUntilReboot", "false")
        // A deploy inspects with the lock; these owners decide themselves what they do.
        .with("Operation", "")
        .with("Simulate", "false")
        .with("Protocol", "https")
        .with("RequestedProtocol", "https")
        .with("CertificateNotAfter", "")
        .with("DeadManSeconds", "600")
        .with("Stamp", StartCounts.now())
        .with("BakeSeconds", "0");
  }

  /** What serves after the next owner has taken the lock: whole, with nothing left over. */
  Whole settled() {
    Controller next = next();
    Whole whole = invariants.holds();
    assertEquals(List.of(), whole.leftOver(), "what is left over");
    assertEquals(List.of(), whole.decision(), "open decisions");
    assertEquals(Optional.of(next.owner()), whole.owner(), "the owner of the lock");
    waiting = Optional.of(next);
    return whole;
  }

  /** Releases the lock, so that executions can have it. */
  void release() {
    waiting = Optional.empty();
    next().run("release-lock", 90).good();
    taken = false;
  }

  /** Releases the lock if an owner may have taken it since it was last released. */
  void releaseIfTaken() {
    if (taken) {
      release();
    }
  }
}
