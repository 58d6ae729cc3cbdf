package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What holds on an instance whatever has happened to it: one release serves and nothing of another,
 * one robot runs and never ran beside a second, and what the application keeps is kept.
 */
final class InstanceInvariants {
  private static final Duration TO_LISTEN = Duration.ofSeconds(60);
  private static final String KEPT = "written before the first fault";

  private final Instance instance;
  private final String look;
  private long counter;

  /**
   * What was found.
   *
   * @param processes the ids of the units' processes: they tell a restart
   * @param owner who holds the lock
   * @param decision the dead-man's files that are there
   */
  record Whole(
      String release,
      String revision,
      String processes,
      Optional<String> owner,
      List<String> decision,
      List<String> leftOver) {

    /** Whether the same processes of the same release go on. */
    boolean continuesAs(Whole before) {
      return release.equals(before.release) && processes.equals(before.processes);
    }

    /** The lock in a word. */
    String lock() {
      return owner.isEmpty() ? "free" : "held";
    }
  }

  /** The instance must serve something; a file of ours is put beside what the application keeps. */
  InstanceInvariants(Instance instance) {
    this.instance = instance;
    try (InputStream script = InstanceInvariants.class.getResourceAsStream("/faults/whole.py")) {
      look = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(instance.disk().resolve("opt/crypto-robot/shared/data/kept"), KEPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What serves, after asserting that all of it holds. */
  Whole holds() {
    JsonNode observe = observe();
    assertEquals(List.of(), texts(observe.path("problems")), () -> "what does not fit: " + observe);
    JsonNode health = Await.found("/health of " + instance, TO_LISTEN, instance::health);
    for (String field : List.of("release", "revision", "mode")) {
      assertEquals(
          observe.path(field).asText(),
          health.path(field).asText(),
          () -> "who answers: " + health);
    }
    Optional<String> owner =
        Optional.of(observe.at("/lock/owner").asText()).filter(name -> !name.isEmpty());
    return new Whole(
        observe.path("release").asText(),
        observe.path("revision").asText(),
        observe.path("processes").asText(),
        owner,
        texts(observe.path("decision")),
        texts(observe.path("left_over")));
  }

  /** The same, and nothing unfinished, armed or locked is left over. */
  Whole holdsAndNothingIsLeftOver() {
    Whole whole = holds();
    assertEquals(List.of(), whole.leftOver(), "what is left over");
    assertEquals(List.of(), whole.decision(), "what is not decided");
    assertEquals(Optional.empty(), whole.owner(), "who holds the lock");
    return whole;
  }

  /** A look that asserts only what may never be otherwise, not even for a moment. */
  JsonNode observe() {
    JsonNode observe = TestEnvironment.parse(instance.sh("/usr/bin/python3 -IS -c \"$1\"", look));
    assertEquals("", observe.path("second_robots").asText(), "a second robot ran beside the first");
    assertEquals(KEPT, observe.path("kept").asText(), "a file the application keeps");
    long now = observe.path("counter").asLong();
    assertTrue(now >= counter, () -> "the counter went from " + counter + " to " + now);
    counter = now;
    return observe;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
