package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.PrivateFileStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The commands and their invocations. An invocation that has ended does not change. */
public final class CommandStore {
  private final PrivateFileStore files;
  private final Map<String, Command> commands = new HashMap<>();
  private final Map<String, Map<String, Invocation>> invocations = new HashMap<>();

  public CommandStore(PrivateFileStore files) {
    this.files = files;
    for (byte[] content : files.all()) {
      CommandJson.Stored stored = CommandJson.read(content);
      commands.put(stored.command().id(), stored.command());
      Map<String, Invocation> each = new LinkedHashMap<>();
      stored
          .invocations()
          .forEach(invocation -> each.put(invocation.instanceId(), lost(stored, invocation)));
      invocations.put(stored.command().id(), each);
    }
  }

  /** No agent reports a command that ran when the local cloud stopped. */
  private static Invocation lost(CommandJson.Stored stored, Invocation invocation) {
    return invocation.status().isTerminal()
        ? invocation
        : invocation.ended(
            InvocationStatus.DELIVERY_TIMED_OUT, -1, stored.command().expiresAfter(), "", "");
  }

  synchronized void add(Command command) {
    Map<String, Invocation> each = new LinkedHashMap<>();
    command.instanceIds().forEach(id -> each.put(id, Invocation.pending(id)));
    commands.put(command.id(), command);
    invocations.put(command.id(), each);
    save(command);
  }

  synchronized Optional<Command> find(String commandId) {
    return Optional.ofNullable(commands.get(commandId));
  }

  synchronized Optional<Invocation> find(String commandId, String instanceId) {
    return Optional.ofNullable(invocations.getOrDefault(commandId, Map.of()).get(instanceId));
  }

  synchronized List<Invocation> invocations(String commandId) {
    return List.copyOf(invocations.getOrDefault(commandId, Map.of()).values());
  }

  /** Newest first. */
  synchronized List<Command> all() {
    List<Command> all = new ArrayList<>(commands.values());
    all.sort(Comparator.comparing(Command::requestedAt).thenComparing(Command::id).reversed());
    return List.copyOf(all);
  }

  /** Returns whether the invocation changed: false if it had already ended. */
  synchronized boolean change(
      Command command, String instanceId, UnaryOperator<Invocation> change) {
    Invocation before = invocations.get(command.id()).get(instanceId);
    if (before.status().isTerminal()) {
      return false;
    }
    invocations.get(command.id()).put(instanceId, change.apply(before));
    save(command);
    return true;
  }

  private void save(Command command) {
    files.write(
        command.id() + ".json",
        CommandJson.write(
            new CommandJson.Stored(command, List.copyOf(invocations.get(command.id()).values()))));
  }
}
