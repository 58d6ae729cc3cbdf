package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.Execution;
import cryptorobot.localcloud.stepfunctions.engine.ExecutionRequest;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The executions: started in the engine, kept in files. Those that a former process left running
 * are found ABORTED.
 */
public final class ExecutionStore {
  /** AWS's limit of a payload, in bytes. */
  private static final int LARGEST = 262_144;

  private final Account account;
  private final PrivateFileStore files;
  private final InstantSource clock;
  private final Consumer<StoredExecution> ended;
  private final Map<String, StoredExecution> byArn = new HashMap<>();
  private final List<StoredExecution> lost = new ArrayList<>();
  private boolean closed;

  /**
   * @param ended told once of every execution that ends
   */
  ExecutionStore(
      Account account,
      PrivateFileStore files,
      InstantSource clock,
      Consumer<StoredExecution> ended) {
    this.account = account;
    this.files = files;
    this.clock = clock;
    this.ended = ended;
    for (byte[] content : files.all()) {
      StoredExecution run = RunJson.read(content);
      if (run.progress().status() == Status.RUNNING) {
        run = abort(run);
        save(run);
        lost.add(run);
      }
      byArn.put(run.started().arn(), run);
    }
  }

  /** Tells of the executions that a former process did not bring to an end; to be called once. */
  void reportLost() {
    List<StoredExecution> telling;
    synchronized (this) {
      telling = List.copyOf(lost);
      lost.clear();
    }
    telling.forEach(ended);
  }

  /** Starts an execution; the same name with the same input while it runs is the same execution. */
  synchronized StoredExecution start(
      Engine engine, StoredMachine machine, String name, String input) {
    JsonNode parsed = parse(input);
    String arn = account.arn("states", "execution:" + machine.name() + ":" + name);
    StoredExecution before = byArn.get(arn);
    if (before != null) {
      if (before.progress().status() == Status.RUNNING && before.started().input().equals(input)) {
        return before;
      }
      throw ApiError.refused("ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'");
    }
    Execution execution =
        engine.start(
            new ExecutionRequest(
                arn, name, machine.arn(), machine.roleArn(), parsed, machine.definition()));
    StoredExecution run =
        StoredExecution.live(
            new Started(
                arn,
                name,
                machine.arn(),
                machine.name(),
                machine.text(),
                machine.roleArn(),
                input,
                execution.startedAt()),
            execution);
    byArn.put(arn, run);
    save(run);
    execution.done().thenAccept(_ -> finish(run));
    return run;
  }

  synchronized StoredExecution get(String arn) {
    if (!arn.matches("arn:aws:states:[a-z0-9-]+:\\d{12}:execution:[^:]{1,80}:[^:]{1,80}")) {
      throw ApiError.refused("InvalidArn", "Invalid Arn: '" + arn + "'");
    }
    StoredExecution run = byArn.get(arn);
    if (run == null) {
      throw ApiError.refused("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
    }
    return run;
  }

  /** Newest first. */
  synchronized List<StoredExecution> all() {
    List<StoredExecution> all = new ArrayList<>(byArn.values());
    all.sort(
        Comparator.comparing((StoredExecution run) -> run.started().at())
            .thenComparing(run -> run.started().arn())
            .reversed());
    return List.copyOf(all);
  }

  /** Writes down how far the running ones have come. */
  synchronized void checkpoint() {
    byArn.values().stream()
        .filter(run -> run.live().isPresent())
        .filter(run -> run.progress().status() == Status.RUNNING)
        .forEach(this::save);
  }

  private void finish(StoredExecution run) {
    synchronized (this) {
      save(run);
      // What has ended needs no engine any more.
      byArn.put(run.started().arn(), StoredExecution.past(run.started(), run.progress()));
    }
    ended.accept(run);
  }

  /** Writes no file any more: the next process finds what still runs aborted. */
  synchronized void close() {
    closed = true;
  }

  private void save(StoredExecution run) {
    if (closed) {
      return;
    }
    String name = run.started().machineName() + ":" + run.started().name();
    files.write(
        URLEncoder.encode(name, StandardCharsets.UTF_8) + ".json",
        RunJson.write(run.started(), run.progress()));
  }

  private StoredExecution abort(StoredExecution run) {
    Instant now = clock.instant();
    String error = "LocalCloud.Stopped";
    String cause =
        "The local cloud stopped while this execution ran. What the instance did since is not known"
            + " here: read its status back.";
    List<HistoryEvent> history = new ArrayList<>(run.progress().history());
    long last = history.isEmpty() ? 0 : history.getLast().id();
    history.add(
        new HistoryEvent(
            last + 1,
            last,
            now,
            "ExecutionAborted",
            "executionAbortedEventDetails",
            AwsJson.object().put("error", error).put("cause", cause)));
    Ended end =
        new Ended(Status.ABORTED, now, Optional.empty(), Optional.of(error), Optional.of(cause));
    return StoredExecution.past(run.started(), new Progress(Optional.of(end), history));
  }

  private static JsonNode parse(String input) {
    if (input.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
      throw ApiError.invalid(
          "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must"
              + " have length less than or equal to 262144");
    }
    try {
      return AwsJson.parse(input);
    } catch (JsonProcessingException e) {
      throw ApiError.refused(
          "InvalidExecutionInput",
          "Invalid State Machine Execution Input: '" + e.getOriginalMessage() + "'");
    }
  }
}
