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
 * What holds on an instance whatever happened to it: exactly one whole release serves, one robot
 * runs and never ran beside a second one, and the application's data is kept.
 */
final class InstanceInvariants {
  private static final Duration TO_LISTEN = Duration.ofSeconds(60);
  private static final String KEPT = "written before the first fault";

  private final Instance instance;
  private final String look;
  private long counter;

  /**
   * What serves.
   *
   * @param processes the ids of the units' processes, which differ after a restart
   * @param owner the owner of the lock
   * @param decision the files of the dead-man switch that exist
   */
  record Whole(
      String release,
      String revision,
      String processes,
      Optional<String> owner,
      List<String> decision,
      List<String> leftOver) {

    /** Whether the same processes of the same release still run. */
    boolean continuesAs(Whole before) {
      return release.equals(before.release) && processes.equals(before.processes);
    }

    /** The lock: free or held. */
    String lock() {
      return owner.isEmpty() ? "free" : "held";
    }
  }

  /** A release must serve. A file is added to the application's data. */
  InstanceInvariants(Instance instance) {
    this.instance = instance;
    try (InputStream script = InstanceInvariants.class.getResourceAsStream("/faults/whole.py")) {
      look = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(instance.disk().resolve("opt/crypto-robot/shared/data/kept"), KEPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts all invariants and returns what serves. */
  Whole holds() {
    JsonNode observe = observe();
    assertEquals(List.of(), texts(observe.path("problems")), () -> "inconsistencies: " + observe);
    JsonNode health = Await.found("/health of " + instance, TO_LISTEN, instance::health);
    for (String field : List.of("release", "revision", "mode")) {
      assertEquals(
          observe.path(field).asText(),
          health.path(field).asText(),
          () -> "the release that answers: " + health);
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

  /** As {@link #holds}, and nothing is unfinished, armed or locked. */
  Whole holdsAndNothingIsLeftOver() {
    Whole whole = holds();
    assertEquals(List.of(), whole.leftOver(), "what is left over");
    assertEquals(List.of(), whole.decision(), "open decisions");
    assertEquals(Optional.empty(), whole.owner(), "the owner of the lock");
    return whole;
  }

  /** The robot does not sync what it counts, so a power cut may take it back. */
  void countsAgain() {
    counter = 0;
  }

  /** Reads the instance and asserts only what must hold at every moment. */
  JsonNode observe() {
    JsonNode observe = TestEnvironment.parse(instance.sh("/usr/bin/python3 -IS -c \"$1\"", look));
    assertEquals("", observe.path("second_robots").asText(), "a second robot ran beside the first");
    assertEquals(KEPT, observe.path("kept").asText(), "a file of the application's data");
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
