package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A log entry about an execution. */
public record ExecutionNote(Instant at, String text) {
  static List<ExecutionNote> of(List<StoredExecution> newestFirst, String environment) {
    List<ExecutionNote> notes = new ArrayList<>();
    for (StoredExecution execution : newestFirst.reversed()) {
      if (environment(execution).equals(environment)) {
        String name = execution.started().machineName() + " " + execution.started().name();
        notes.add(new ExecutionNote(execution.started().at(), name + " started"));
        execution.progress().ended().ifPresent(ended -> notes.add(end(name, ended)));
      }
    }
    return List.copyOf(notes);
  }

  private static ExecutionNote end(String name, Ended ended) {
    String why =
        ended.error().map(error -> ": " + error).orElse("")
            + ended.cause().map(cause -> ": " + cause).orElse("");
    return new ExecutionNote(ended.at(), name + " " + ended.status() + why);
  }

  private static String environment(StoredExecution execution) {
    try {
      return AwsJson.parse(execution.started().input()).path("environment").asText("");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an execution's input was JSON when it started", e);
    }
  }
}
