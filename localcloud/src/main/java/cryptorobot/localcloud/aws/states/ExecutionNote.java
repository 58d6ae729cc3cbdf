package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One sentence about an execution. */
public record ExecutionNote(Instant at, String text) {
  static List<ExecutionNote> of(List<StoredExecution> newestFirst, String environment) {
    List<ExecutionNote> notes = new ArrayList<>();
    for (StoredExecution run : newestFirst.reversed()) {
      if (environment(run).equals(environment)) {
        String name = run.started().machineName() + " " + run.started().name();
        notes.add(new ExecutionNote(run.started().at(), name + " started"));
        run.progress().ended().ifPresent(ended -> notes.add(end(name, ended)));
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

  private static String environment(StoredExecution run) {
    try {
      return AwsJson.parse(run.started().input()).path("environment").asText("");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an execution's input was JSON when it started", e);
    }
  }
}
