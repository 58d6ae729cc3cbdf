package cryptorobot.deployer.fakes;

import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An instance with prepared answers: each command that is sent takes the next one. */
public final class FakeHostCommands implements HostCommands {

  private final Deque<Deque<CommandState>> answers = new ArrayDeque<>();
  private final Map<String, HostCommand> byId = new LinkedHashMap<>();
  private final Map<String, Deque<CommandState>> states = new LinkedHashMap<>();
  private int outages;

  /** Every command sent so far. */
  public List<HostCommand> sent() {
    return new ArrayList<>(byId.values());
  }

  /** The next command passes through these states and stays in the last. */
  public FakeHostCommands answer(CommandState... next) {
    answers.add(new ArrayDeque<>(List.of(next)));
    return this;
  }

  /** The next command succeeds and prints this. */
  public FakeHostCommands prints(String output) {
    return answer(new CommandState.Ended(0, output, ""));
  }

  /** An earlier invocation sent a command with this comment; {@link #sent} does not return it. */
  public FakeHostCommands earlier(String comment, CommandState... next) {
    states.put(comment + "#" + states.size(), new ArrayDeque<>(List.of(next)));
    return this;
  }

  /** The next requests for a state are throttled. */
  public FakeHostCommands throttles(int times) {
    outages = times;
    return this;
  }

  @Override
  public Optional<String> find(String instanceId, String comment, Instant since) {
    return states.keySet().stream().filter(id -> id.startsWith(comment + "#")).reduce((_, b) -> b);
  }

  @Override
  public String send(HostCommand command) {
    if (answers.isEmpty()) {
      throw new AssertionError("unexpected command: " + command);
    }
    String id = command.comment() + "#" + states.size();
    byId.put(id, command);
    states.put(id, answers.remove());
    return id;
  }

  @Override
  public CommandState state(String commandId, String instanceId) {
    if (outages > 0) {
      outages--;
      throw new AwsUnavailable("ssm:GetCommandInvocation: ThrottlingException");
    }
    Deque<CommandState> next = states.get(commandId);
    return next.size() == 1 ? next.peek() : next.remove();
  }
}
