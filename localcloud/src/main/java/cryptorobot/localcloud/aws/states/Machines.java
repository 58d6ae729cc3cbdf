package cryptorobot.localcloud.aws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.stepfunctions.asl.DefinitionInvalid;
import cryptorobot.localcloud.stepfunctions.asl.StateMachine;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The state machines of the account by ARN, one file each. */
public final class Machines {
  private final Account account;
  private final PrivateFileStore files;
  private final InstantSource clock;
  private final Map<String, StoredMachine> byArn = new TreeMap<>();

  public Machines(Account account, PrivateFileStore files, InstantSource clock) {
    this.account = account;
    this.files = files;
    this.clock = clock;
    for (byte[] content : files.all()) {
      StoredMachine machine = read(content);
      byArn.put(machine.arn(), machine);
    }
  }

  /** Creates the state machine or updates its definition. */
  public synchronized void install(String name, String text, String roleArn)
      throws DefinitionInvalid {
    StateMachine definition = StateMachineParser.parse(text);
    Optional<StoredMachine> before = find(account.arn("states", "stateMachine:" + name));
    if (before.isEmpty()) {
      put(make(name, text, definition, roleArn));
    } else if (!before.get().text().equals(text)) {
      put(changed(before.get(), text, definition, roleArn));
    }
  }

  synchronized StoredMachine create(String name, String text, String roleArn) {
    StateMachine definition = parse(text);
    Optional<StoredMachine> before = find(account.arn("states", "stateMachine:" + name));
    if (before.isPresent()) {
      if (before.get().text().equals(text) && before.get().roleArn().equals(roleArn)) {
        return before.get();
      }
      throw ApiError.refused(
          "StateMachineAlreadyExists",
          "State Machine Already Exists: '" + before.get().arn() + "'");
    }
    return put(make(name, text, definition, roleArn));
  }

  synchronized StoredMachine update(String arn, Optional<String> text, Optional<String> roleArn) {
    StoredMachine before = get(arn);
    String newText = text.orElse(before.text());
    return put(changed(before, newText, parse(newText), roleArn.orElse(before.roleArn())));
  }

  /** Deletes a state machine. As on AWS, it is not an error if there is none. */
  public synchronized void delete(String arn) {
    StoredMachine machine = byArn.remove(arn);
    if (machine != null) {
      files.delete(machine.name() + ".json");
    }
  }

  synchronized Optional<StoredMachine> find(String arn) {
    return Optional.ofNullable(byArn.get(arn));
  }

  synchronized StoredMachine get(String arn) {
    if (!arn.matches("arn:aws:states:[a-z0-9-]+:\\d{12}:stateMachine:[^:]{1,80}(:[^:]+)?")) {
      throw ApiError.refused("InvalidArn", "Invalid Arn: '" + arn + "'");
    }
    return find(arn)
        .orElseThrow(
            () ->
                ApiError.refused(
                    "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'"));
  }

  /** All state machines, sorted by ARN. */
  synchronized List<StoredMachine> all() {
    return List.copyOf(byArn.values());
  }

  private StoredMachine make(String name, String text, StateMachine definition, String roleArn) {
    Instant now = clock.instant();
    String arn = account.arn("states", "stateMachine:" + name);
    return new StoredMachine(name, arn, text, definition, roleArn, now, now, revision());
  }

  private StoredMachine changed(
      StoredMachine before, String text, StateMachine definition, String roleArn) {
    return new StoredMachine(
        before.name(),
        before.arn(),
        text,
        definition,
        roleArn,
        before.createdAt(),
        clock.instant(),
        revision());
  }

  private StoredMachine put(StoredMachine machine) {
    JsonNode node =
        AwsJson.object()
            .put("name", machine.name())
            .put("arn", machine.arn())
            .put("text", machine.text())
            .put("role_arn", machine.roleArn())
            .put("created_at", machine.createdAt().toString())
            .put("updated_at", machine.updatedAt().toString())
            .put("revision_id", machine.revisionId());
    files.write(machine.name() + ".json", AwsJson.bytes(node));
    byArn.put(machine.arn(), machine);
    return machine;
  }

  private static StoredMachine read(byte[] content) {
    try {
      JsonNode node = AwsJson.parse(content);
      String text = node.path("text").textValue();
      return new StoredMachine(
          node.path("name").textValue(),
          node.path("arn").textValue(),
          text,
          StateMachineParser.parse(text),
          node.path("role_arn").textValue(),
          Instant.parse(node.path("created_at").textValue()),
          Instant.parse(node.path("updated_at").textValue()),
          node.path("revision_id").textValue());
    } catch (JsonProcessingException | DefinitionInvalid e) {
      throw new IllegalStateException(
          "a file in the state directory's state-machines/ is damaged: " + e.getMessage(), e);
    }
  }

  private static String revision() {
    return UUID.randomUUID().toString();
  }

  private static StateMachine parse(String text) {
    try {
      return StateMachineParser.parse(text);
    } catch (DefinitionInvalid e) {
      throw ApiError.refused(
          "InvalidDefinition", "Invalid State Machine Definition: '" + e.getMessage() + "'");
    }
  }
}
