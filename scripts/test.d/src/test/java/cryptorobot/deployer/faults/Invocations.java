package cryptorobot.deployer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import cryptorobot.deployer.faults.Fault.Moment;
import cryptorobot.deployer.faults.model.SystemsManager;
import cryptorobot.deployer.ports.CommandState;
import cryptorobot.deployer.ports.HostCommand;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import cryptorobot.deployer.step.RealFunctions;
import cryptorobot.localcloud.stepfunctions.engine.TaskCall;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Lambda: runs the real functions, or fails them as the case defines. */
final class Invocations implements TaskRunner {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofSeconds(70);
  private static final Duration PAST_THE_STATES_OWN = Duration.ofSeconds(80);

  private final Tasks tasks;
  private final Injector injector;
  private final SystemsManager commands;
  private final RealFunctions functions;
  private final Waiting time;
  private final Runnable stopper;

  /** The function's process was killed. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  Invocations(
      Tasks tasks,
      Injector injector,
      SystemsManager commands,
      RealFunctions functions,
      Runnable stopper) {
    this.tasks = tasks;
    this.injector = injector;
    this.commands = commands;
    this.functions = functions;
    this.time = functions.waiting();
    this.stopper = stopper;
  }

  @Override
  public JsonNode run(TaskCall call) throws TaskFailure {
    var state = tasks.of(call.arguments()).name();
    injector.attempt(state);
    if (injector.isStopped(state, true)) {
      stop();
    }
    var fault = injector.failure(state);
    if (fault.isPresent() && fault.get().moment() == Moment.AT_ONCE) {
      throw failure(fault.get().error());
    }
    try {
      var answer = invoke(state, call.arguments(), fault.map(Fault.TaskFails::moment));
      if (fault.isPresent()) {
        throw failure(fault.get().error());
      }
      return JsonNodeFactory.instance.objectNode().set("Payload", answer);
    } catch (TaskFailure | Died end) {
      if (fault.isPresent()) {
        throw failure(fault.get().error());
      }
      throw (TaskFailure) end;
    } finally {
      if (injector.isStopped(state, false)) {
        stop();
      }
    }
  }

  private void stop() {
    stopper.run();
    time.pause(Duration.ofMillis(1));
  }

  private JsonNode invoke(String state, JsonNode arguments, Optional<Moment> dies)
      throws TaskFailure {
    var port = new Port(state, dies.filter(Moment.AFTER_SENDING::equals).isPresent());
    var handler =
        new RealFunctions(
                port,
                functions.instances(),
                functions.secrets(),
                functions.executions(),
                functions.waiting())
            .handler(Tasks.function(arguments));
    var out = new ByteArrayOutputStream();
    var deadline = time.now().plus(LONGEST);
    try {
      var in = new ByteArrayInputStream(JSON.writeValueAsBytes(arguments.get("Payload")));
      handler.handleRequest(in, out, new FunctionContext(time, deadline));
      return JSON.readTree(out.toByteArray());
    } catch (RuntimeException thrown) {
      throw failure(thrown.getClass().getName(), thrown.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The error as Lambda and its callers name it. A timeout takes its time. */
  private TaskFailure failure(String error) {
    if (error.equals("States.Timeout")) {
      time.pause(PAST_THE_STATES_OWN);
    } else if (error.equals("Sandbox.Timedout")) {
      time.pause(LONGEST);
    }
    return failure(error, "injected");
  }

  private static TaskFailure failure(String error, String message) {
    var cause = JsonNodeFactory.instance.objectNode();
    return new TaskFailure(
        error, cause.put("errorMessage", message).put("errorType", error).toString());
  }

  /** Run Command as one invocation uses it. */
  private final class Port implements HostCommands {
    private final String state;
    private final boolean dies;

    Port(String state, boolean dies) {
      this.state = state;
      this.dies = dies;
    }

    @Override
    public Optional<String> find(String instanceId, String comment, Instant since) {
      return commands.find(instanceId, comment, since);
    }

    @Override
    public String send(HostCommand command) {
      var id = commands.send(command, injector.delivery(state));
      if (dies) {
        throw new Died();
      }
      return id;
    }

    @Override
    public CommandState state(String commandId, String instanceId) {
      return commands.state(commandId, instanceId);
    }
  }
}
