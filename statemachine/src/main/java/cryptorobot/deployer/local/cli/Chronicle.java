package cryptorobot.deployer.local.cli;

import cryptorobot.deployer.local.cli.Happening.Ended;
import cryptorobot.deployer.local.cli.Happening.Retried;
import cryptorobot.deployer.local.cli.Happening.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

/**
 * Reads an execution history as it grows and tells what is new in it. Only states that take time
 * are worth telling: tasks and waits; choices and results pass at once.
 */
final class Chronicle {
  private static final Set<String> TOLD = Set.of("TaskStateEntered", "WaitStateEntered");

  private final Map<Long, Long> visitOf = new HashMap<>();
  private final Map<Long, Visit> visits = new HashMap<>();
  private long last;

  private static final class Visit {
    private final String state;
    private final Instant since;
    private String error;
    private String cause;

    private Visit(String state, Instant since) {
      this.state = state;
      this.since = since;
    }
  }

  /** What happened since the last call, given the whole history so far. */
  List<Happening> read(List<HistoryEvent> history) {
    var happenings = new ArrayList<Happening>();
    for (HistoryEvent event : history) {
      if (event.id() > last) {
        last = event.id();
        read(event).ifPresent(happenings::add);
      }
    }
    return happenings;
  }

  private Optional<Happening> read(HistoryEvent event) {
    String type = event.typeAsString();
    if (TOLD.contains(type)) {
      String state = event.stateEnteredEventDetails().name();
      visitOf.put(event.id(), event.id());
      visits.put(event.id(), new Visit(state, event.timestamp()));
      return Optional.of(new Started(event.id(), state, event.timestamp()));
    }
    Long visited = visitOf.get(event.previousEventId());
    if (visited == null) {
      return Optional.empty();
    }
    Visit visit = visits.get(visited);
    if (type.endsWith("StateExited")) {
      var took = Duration.between(visit.since, event.timestamp());
      return Optional.of(new Ended(visited, visit.state, took, failure(visit)));
    }
    visitOf.put(event.id(), visited);
    return switch (type) {
      case "TaskFailed" -> {
        visit.error = event.taskFailedEventDetails().error();
        visit.cause = event.taskFailedEventDetails().cause();
        yield Optional.empty();
      }
      case "TaskTimedOut" -> {
        visit.error = event.taskTimedOutEventDetails().error();
        visit.cause = event.taskTimedOutEventDetails().cause();
        yield Optional.empty();
      }
      case "TaskScheduled" -> {
        Optional<Happening> again =
            Optional.ofNullable(visit.error)
                .map(error -> new Retried(visited, visit.state, error, visit.cause));
        visit.error = null;
        visit.cause = null;
        yield again;
      }
      case "TaskSucceeded" -> {
        visit.error = null;
        visit.cause = null;
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static Optional<String> failure(Visit visit) {
    return Optional.ofNullable(visit.error).map(error -> FailureText.of(error, visit.cause));
  }
}
