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

  /** Its name in a report. */
  String name();

  Set<Ability> lacks();

  /** The adapters under test, with the credentials of this principal. */
  Adapters adapters(Principal principal);

  /** Prepares secrets and executions through the target's own API. */
  Preparation prepare();

  /** A running instance with this tag, whose agent is online where the target knows agents. */
  String instance(String environment);

  /** A running instance whose agent never reported. */
  String instanceWithoutAgent(String environment);

  /** Lets the change of power state that an instance is in end. */
  void settle(String instanceId);

  /** From now on the agent receives nothing, though it stays registered. */
  void silence(String instanceId);

  /** The name of a document with the content of {@link Preparation#DOCUMENT}. */
  String document();

  /** The ARN of a topic that can be published to. */
  String topic();

  /**
   * What was published to the topic, oldest first: the subject, the message for email and the
   * message for programs.
   */
  List<Notification> published();

  /** The target's time. */
  Instant now();

  /** Lets this much of the target's time pass. */
  void pass(Duration duration);

  @Override
  void close();

  /** Ends a test as not run when the target does not support what the test is about. */
  default void requires(Ability ability) {
    assumeFalse(lacks().contains(ability), () -> name() + " cannot " + ability);
  }

  /** Reads until the value is as wanted, at most for a minute of the target's time. */
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
