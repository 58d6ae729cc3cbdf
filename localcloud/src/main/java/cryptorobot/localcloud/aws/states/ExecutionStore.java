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
 * The executions: started in the engine, stored in files. Executions that ran when an earlier
 * process ended are marked ABORTED.
 */
public final class ExecutionStore {
  /** AWS's payload limit, in bytes. */
  private static final int LARGEST = 262_144;

  private final Account account;
  private final PrivateFileStore files;
  private final InstantSource clock;
  private final Consumer<StoredExecution> ended;
  private final Map<String, StoredExecution> byArn = new HashMap<>();
  private final List<StoredExecution> interrupted = new ArrayList<>();
  private boolean closed;

  /**
   * @param ended called once for every engineExecution that ends
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
      StoredExecution execution = ExecutionJson.read(content);
      if (execution.progress().status() == Status.RUNNING) {
        execution = abort(execution);
        save(execution);
        interrupted.add(execution);
      }
      byArn.put(execution.started().arn(), execution);
    }
  }

  /** Reports the executions that ran when an earlier process ended. Call it once. */
  void reportInterrupted() {
    List<StoredExecution> interruptedNow;
    synchronized (this) {
      interruptedNow = List.copyOf(interrupted);
      interrupted.clear();
    }
    interruptedNow.forEach(ended);
  }

  /**
   * Starts an engineExecution. While it runs, a request with the same name and input returns it.
   */
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
    Execution engineExecution =
        engine.start(
            new ExecutionRequest(
                arn, name, machine.arn(), machine.roleArn(), parsed, machine.definition()));
    StoredExecution execution =
        StoredExecution.live(
            new Started(
                arn,
                name,
                machine.arn(),
                machine.name(),
                machine.text(),
                machine.roleArn(),
                input,
                engineExecution.startedAt()),
            engineExecution);
    byArn.put(arn, execution);
    save(execution);
    engineExecution.done().thenAccept(_ -> finish(execution));
    return execution;
  }

  synchronized StoredExecution get(String arn) {
    if (!arn.matches("arn:aws:states:[a-z0-9-]+:\\d{12}:execution:[^:]{1,80}:[^:]{1,80}")) {
      throw ApiError.refused("InvalidArn", "Invalid Arn: '" + arn + "'");
    }
    StoredExecution execution = byArn.get(arn);
    if (execution == null) {
      throw ApiError.refused("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
    }
    return execution;
  }

  /** Newest first. */
  synchronized List<StoredExecution> all() {
    List<StoredExecution> all = new ArrayList<>(byArn.values());
    all.sort(
        Comparator.comparing((StoredExecution execution) -> execution.started().at())
            .thenComparing(execution -> execution.started().arn())
            .reversed());
    return List.copyOf(all);
  }

  /** Saves the progress of the running executions. */
  synchronized void checkpoint() {
    byArn.values().stream()
        .filter(execution -> execution.live().isPresent())
        .filter(execution -> execution.progress().status() == Status.RUNNING)
        .forEach(this::save);
  }

  private void finish(StoredExecution execution) {
    synchronized (this) {
      save(execution);
      // An engineExecution that has ended no longer needs the engine.
      byArn.put(
          execution.started().arn(),
          StoredExecution.past(execution.started(), execution.progress()));
    }
    ended.accept(execution);
  }

  /** Stops writing files: the next process marks executions that still execution as aborted. */
  synchronized void close() {
    closed = true;
  }

  private void save(StoredExecution execution) {
    if (closed) {
      return;
    }
    String name = execution.started().machineName() + ":" + execution.started().name();
    files.write(
        URLEncoder.encode(name, StandardCharsets.UTF_8) + ".json",
        ExecutionJson.write(execution.started(), execution.progress()));
  }

  private StoredExecution abort(StoredExecution execution) {
    Instant now = clock.instant();
    String error = "LocalCloud.Stopped";
    String cause =
        "The local cloud stopped while this execution ran. What the instance did since is unknown:"
            + " read its status.";
    List<HistoryEvent> history = new ArrayList<>(execution.progress().history());
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
    return StoredExecution.past(execution.started(), new Progress(Optional.of(end), history));
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
