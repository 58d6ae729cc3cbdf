package cryptorobot.deployer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.stepfunctions.asl.DefinitionInvalid;
import cryptorobot.localcloud.stepfunctions.asl.Flow;
import cryptorobot.localcloud.stepfunctions.asl.State;
import cryptorobot.localcloud.stepfunctions.asl.StateMachine;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import cryptorobot.localcloud.stepfunctions.engine.Expressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A shipped definition, read and parsed once, and its states by name, also those in branches. */
public final class Tasks {
  private static final Pattern AROUND = Pattern.compile("\\W|Function");

  /** The machine's name without the stack's prefix, such as deploy. */
  final String name;

  final StateMachine machine;
  final Expressions expressions = new Expressions();
  final Map<String, State> states = new LinkedHashMap<>();
  private final Map<String, State.Task> byCall = new LinkedHashMap<>();

  /** The whole definition of a machine. */
  static Tasks of(String name) {
    return new Tasks(name, _ -> true);
  }

  /** Only these states of a machine: the other ones are for requests that no scenario makes. */
  static Tasks of(String name, Set<String> states) {
    var tasks = new Tasks(name, states::contains);
    if (!tasks.states.keySet().equals(states)) {
      throw new AssertionError("not all of " + states + " are states of " + name);
    }
    return tasks;
  }

  private Tasks(String name, Predicate<String> isMeant) {
    this.name = name;
    try {
      machine =
          StateMachineParser.parse(
              Files.readString(Path.of("../../statemachine", name + ".asl.yaml"))
                  .replace("${Environment}", "crypto-robot.local")
                  .replaceAll("\\$\\{(RepositoryUrl|ApplicationPath)}", ""));
    } catch (IOException | DefinitionInvalid e) {
      throw new AssertionError("the shipped definition cannot be read", e);
    }
    collect(machine.flow(), isMeant);
  }

  private void collect(Flow flow, Predicate<String> isMeant) {
    for (var state : flow.states().values()) {
      if (!isMeant.test(state.name())) {
        continue;
      }
      states.put(state.name(), state);
      if (state instanceof State.Parallel parallel) {
        parallel.branches().forEach(branch -> collect(branch, isMeant));
      }
      if (state instanceof State.Task task && byCall.put(call(task.arguments()), task) != null) {
        throw new AssertionError("two states make the same call: " + call(task.arguments()));
      }
    }
  }

  private static String call(JsonNode arguments) {
    return "%s %s %s"
        .formatted(
            function(arguments),
            arguments.at("/Payload/step").asText(),
            arguments.at("/Payload/phase").asText());
  }

  /** The name of the function that is called. */
  static String function(JsonNode arguments) {
    return AROUND.matcher(arguments.get("FunctionName").asText()).replaceAll("");
  }

  /** The state that makes this call. */
  State.Task of(JsonNode arguments) {
    return byCall.get(call(arguments));
  }

  Iterable<State.Task> tasks() {
    return byCall.values();
  }

  /** The phase of a task's step. A task that sends no command has the phase of its place. */
  static int phase(State.Task task) {
    var phase = task.arguments().at("/Payload/phase");
    return phase.isMissingNode() ? task.name().startsWith("Stop") ? 100 : 0 : phase.asInt();
  }

  static boolean sends(State.Task task) {
    return !task.arguments().at("/Payload/phase").isMissingNode();
  }

  /** The phase of the task that runs this host step. What no task runs comes last. */
  int phase(String step) {
    return byCall.values().stream()
        .filter(task -> step(task).equals(step))
        .mapToInt(Tasks::phase)
        .max()
        .orElse(100);
  }

  /** Every host step in the definition. */
  Set<String> steps() {
    return byCall.values().stream()
        .map(Tasks::step)
        .filter(step -> !step.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The host step that a task runs, or an empty string. */
  static String step(State.Task task) {
    var step = task.arguments().at("/Payload/step");
    return switch (function(task.arguments())) {
      case "InjectKeys" -> "inject-keys";
      case "ValidateCertificate" -> "validate-certificate";
      case "CheckHealth" -> "check-health";
      case "RunDeployStep" -> step.asText();
      case "PlanDeployment", "StartInstance", "StopInstance" -> "";
      default -> throw new AssertionError("no such function: " + task.arguments());
    };
  }
}
