package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Operations request the same lock at the same moment, many times. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockRaceTest {
  private Instance instance;
  private int operations;
  private long generation;

  @BeforeAll
  void anInstance(@TempDir Path folder) {
    var environment = new TestEnvironment("race.local", Robot.in(folder.resolve("robot")));
    environment.local("up").exits(0);
    // The command ends when the agent answers.
    environment.local("power", "start").exits(0);
    instance = Instance.of(environment);
  }

  @Test
  void exactlyOneOfTwoConcurrentExecutionsGetsTheLock() {
    race(10);
  }

  /**
   * Without Systems Manager and without units, which would run them one after the other: only the
   * lock is left between them. In every second round an ended execution holds it.
   */
  @Test
  @Tag("faults")
  void exactlyOneConcurrentExecutionGetsTheLockInTwoHundredRounds() throws IOException {
    Path scripts = instance.disk().resolve("root");
    for (String step : List.of("acquire-lock", "release-lock")) {
      // Without the time limit the step runs in no unit.
      String script = Controller.script(step).replaceFirst(" seconds=\\d+", " seconds=");
      Files.writeString(scripts.resolve(step + ".sh"), script);
    }
    try (InputStream races = LockRaceTest.class.getResourceAsStream("/faults/races.sh")) {
      String output = instance.sh(new String(races.readAllBytes(), StandardCharsets.UTF_8), "200");
      List<JsonNode> rounds = output.lines().map(TestEnvironment::parse).toList();
      assertEquals(200, rounds.size(), output);
      rounds.forEach(this::hasOneWinner);
    }
  }

  private void hasOneWinner(JsonNode round) {
    List<JsonNode> winners = new ArrayList<>();
    for (JsonNode answer : round.path("answers")) {
      if (answer.path("acquired").asBoolean()) {
        winners.add(answer);
      }
    }
    assertEquals(1, winners.size(), round::toString);
    long newest = winners.getFirst().path("generation").asLong();
    assertTrue(newest > generation, () -> newest + " is not above " + generation);
    generation = newest;
    for (JsonNode answer : round.path("answers")) {
      assertTrue(
          answer.path("acquired").asBoolean() || answer.path("generation").asLong() == newest,
          () -> "the owners that the refusals name: " + round);
    }
    assertEquals(false, round.at("/loser/released").asBoolean(), round::toString);
    assertEquals(newest, round.at("/lock/generation").asLong(), round::toString);
  }

  /** In every second round the lock is held, and both have the proof that its owner has ended. */
  private void race(int rounds) {
    String from = "";
    for (int round = 1; round <= rounds; round++) {
      from = round(from, round % 2 == 0 || round == rounds);
    }
  }

  /**
   * Returns the owner to take the lock from afterwards, or an empty string when the winner released
   * it.
   */
  private String round(String from, boolean givenBack) {
    List<Controller> both = List.of(operation(from), operation(from));
    var sent = both.stream().map(one -> one.send("acquire-lock", 0)).toList();
    List<JsonNode> answers = sent.stream().map(one -> one.answer().good()).toList();
    assertNotEquals(
        answers.get(0).path("acquired").asBoolean(),
        answers.get(1).path("acquired").asBoolean(),
        () -> "the number of owners: " + answers);
    int won = answers.get(0).path("acquired").asBoolean() ? 0 : 1;
    Controller winner = both.get(won);
    JsonNode refused = answers.get(1 - won);
    long newest = answers.get(won).path("generation").asLong();
    assertTrue(newest > generation, () -> newest + " is not above " + generation);
    generation = newest;
    assertEquals(!from.isEmpty(), answers.get(won).path("stolen").asBoolean(), answers::toString);
    assertEquals(winner.owner(), refused.path("owner").asText(), answers::toString);
    assertEquals(newest, refused.path("generation").asLong(), answers::toString);

    JsonNode loser =
        both.get(1 - won).with("Generation", Long.toString(newest)).run("release-lock", 90).good();
    assertEquals(
        false, loser.path("released").asBoolean(), "the loser releases the lock of the winner");
    JsonNode again = winner.run("acquire-lock", 0).good();
    assertTrue(again.path("acquired").asBoolean(), () -> "requested again: " + again);
    assertEquals(newest, again.path("generation").asLong(), again::toString);
    if (!givenBack) {
      return newest + " " + winner.owner();
    }
    JsonNode freed =
        winner.with("Generation", Long.toString(newest)).run("release-lock", 90).good();
    assertTrue(freed.path("released").asBoolean(), freed::toString);
    return "";
  }

  private Controller operation(String from) {
    return Controller.named("race-" + ++operations, instance, Map.of())
        .with("Lifetime", "execution")
        .with("StealFrom", from)
        .with("KeepUntilReboot", "false");
  }
}
