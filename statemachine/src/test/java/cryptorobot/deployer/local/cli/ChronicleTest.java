package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cryptorobot.deployer.local.cli.Happening.Ended;
import cryptorobot.deployer.local.cli.Happening.Retried;
import cryptorobot.deployer.local.cli.Happening.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

class ChronicleTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final String RUNNING = "cryptorobot.deployer.failure.StepRunning";

  private final List<HistoryEvent> history = new ArrayList<>();
  private final Chronicle chronicle = new Chronicle();

  @Test
  void tellsATaskAsItStartsAndAsItEndsWithItsTime() {
    event(1, 0, "ExecutionStarted", e -> {});
    entered(2, 0, "TaskStateEntered", "Prepare");
    assertEquals(List.of(new Started(2, "Prepare", at(2))), chronicle.read(history));
    event(3, 2, "TaskScheduled", e -> {});
    event(4, 3, "TaskStarted", e -> {});
    assertEquals(List.of(), chronicle.read(history), "nothing new for a person");
    event(5, 4, "TaskSucceeded", e -> {});
    event(6, 5, "TaskStateExited", e -> e.stateExitedEventDetails(d -> d.name("Prepare")));
    assertEquals(
        List.of(new Ended(2, "Prepare", Duration.ofSeconds(4), Optional.empty())),
        chronicle.read(history));
    assertEquals(List.of(), chronicle.read(history), "nothing twice");
  }

  @Test
  void keepsApartWhatRunsAtTheSameTime() {
    entered(1, 0, "TaskStateEntered", "Fetch");
    entered(2, 0, "TaskStateEntered", "Certificate");
    event(3, 1, "TaskScheduled", e -> {});
    event(4, 2, "TaskScheduled", e -> {});
    event(5, 4, "TaskFailed", e -> e.taskFailedEventDetails(d -> d.error("Broken").cause("why")));
    event(6, 5, "TaskStateExited", e -> e.stateExitedEventDetails(d -> d.name("Certificate")));
    event(7, 3, "TaskSucceeded", e -> {});
    event(8, 7, "TaskStateExited", e -> e.stateExitedEventDetails(d -> d.name("Fetch")));
    var told = chronicle.read(history);
    assertEquals(
        List.of(
            new Ended(2, "Certificate", Duration.ofSeconds(4), Optional.of("Broken: why")),
            new Ended(1, "Fetch", Duration.ofSeconds(7), Optional.empty())),
        told.subList(2, 4));
  }

  @Test
  void tellsARetryAndForgetsTheFailureThatWasMended() {
    entered(1, 0, "TaskStateEntered", "Fetch");
    event(2, 1, "TaskScheduled", e -> {});
    event(3, 2, "TaskFailed", e -> e.taskFailedEventDetails(d -> d.error(RUNNING).cause("{}")));
    event(4, 3, "TaskScheduled", e -> {});
    event(5, 4, "TaskSucceeded", e -> {});
    event(6, 5, "TaskStateExited", e -> e.stateExitedEventDetails(d -> d.name("Fetch")));
    assertEquals(
        List.of(
            new Started(1, "Fetch", at(1)),
            new Retried(1, "Fetch", RUNNING, "{}"),
            new Ended(1, "Fetch", Duration.ofSeconds(5), Optional.empty())),
        chronicle.read(history));
  }

  @Test
  void choicesAndResultsAreNotTold() {
    entered(1, 0, "ChoiceStateEntered", "IsHostNeeded");
    event(2, 1, "ChoiceStateExited", e -> e.stateExitedEventDetails(d -> d.name("IsHostNeeded")));
    entered(3, 2, "SucceedStateEntered", "Deployed");
    assertEquals(List.of(), chronicle.read(history));
  }

  private void entered(long id, long previous, String type, String state) {
    event(id, previous, type, e -> e.stateEnteredEventDetails(d -> d.name(state)));
  }

  private void event(
      long id,
      long previous,
      String type,
      java.util.function.Consumer<HistoryEvent.Builder> details) {
    var event = HistoryEvent.builder().id(id).previousEventId(previous).type(type);
    details.accept(event.timestamp(at(id)));
    history.add(event.build());
  }

  private static Instant at(long id) {
    return NOON.plusSeconds(id);
  }
}
