package cryptorobot.deployer.contract;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.ports.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Something that answers in AWS's protocols, and can be prepared for a test. */
interface Target extends AutoCloseable {

  /** How it is called in a report. */
  String name();

  Set<Ability> lacks();

  /** The adapters under test, calling in somebody's name. */
  Adapters adapters(Principal principal);

  /** Prepares secrets and executions through the target's own API. */
  Preparation prepare();

  /** A running instance with this tag, whose agent is online where the target knows agents. */
  String instance(String environment);

  /** An instance that runs but whose agent was never heard of. */
  String instanceWithoutAgent(String environment);

  /** Lets an instance come to the end of the change of power state it is in. */
  void settle(String instanceId);

  /** The agent hears nothing from now on, though it is still registered. */
  void silence(String instanceId);

  /** The name of a document with the content of {@link Preparation#DOCUMENT}. */
  String document();

  /** The ARN of a topic that can be published to. */
  String topic();

  /**
   * What was published to the topic, oldest first; subject, the text for mail, and for programs.
   */
  List<Notification> published();

  /** The target's time. */
  Instant now();

  /** Lets this much of the target's time pass. */
  void pass(Duration duration);

  @Override
  void close();

  /** Ends a test as not run when the target cannot show what it is about. */
  default void requires(Ability ability) {
    assumeFalse(lacks().contains(ability), () -> "not on " + name() + ": nothing there " + ability);
  }

  /** Looks until it is as wanted, for a minute of the target's time at most. */
  default <T> T eventually(Supplier<T> look, Predicate<T> wanted) {
    T seen = look.get();
    for (int again = 0; again < 240 && !wanted.test(seen); again++) {
      pass(Duration.ofMillis(250));
      seen = look.get();
    }
    if (!wanted.test(seen)) {
      throw new AssertionError("after a minute it is still " + seen);
    }
    return seen;
  }
}
