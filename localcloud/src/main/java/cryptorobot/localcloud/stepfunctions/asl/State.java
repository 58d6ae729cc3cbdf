package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A state of a flow. A field that the definition omits has the default of the States Language, so
 * {@code arguments} and {@code output} are never missing. A {@code JsonNode} field is a template: a
 * string of the form <code>{% … %}</code> in it is JSONata.
 */
public sealed interface State {
  String name();

  /** The value of the {@code Type} field, which is part of the names of history events. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** The possible next states. */
  default List<String> targets() {
    return switch (this) {
      case Pass pass -> pass.exit().next().stream().toList();
      case Wait wait -> wait.exit().next().stream().toList();
      case Choice choice ->
          Stream.concat(choice.rules().stream().map(Rule::exit), choice.otherwise().stream())
              .flatMap(exit -> exit.next().stream())
              .toList();
      case Succeed _, Fail _ -> List.of();
      case Working working ->
          Stream.concat(
                  Stream.of(working.exit()),
                  working.recovery().catchers().stream().map(Catcher::exit))
              .flatMap(exit -> exit.next().stream())
              .toList();
    };
  }

  /** A state that has a result and supports Retry and Catch. */
  sealed interface Working extends State {
    Recovery recovery();

    Exit exit();
  }

  record Task(
      String name,
      TaskResource resource,
      JsonNode arguments,
      Optional<JsonNode> timeoutSeconds,
      Recovery recovery,
      Exit exit)
      implements Working {}

  record Parallel(
      String name, JsonNode arguments, List<Flow> branches, Recovery recovery, Exit exit)
      implements Working {
    public Parallel {
      branches = List.copyOf(branches);
    }
  }

  /** An inline Map. A {@code maxConcurrency} of 0 means the default limit. */
  record Map(
      String name,
      JsonNode items,
      Optional<JsonNode> itemSelector,
      JsonNode maxConcurrency,
      Flow processor,
      Recovery recovery,
      Exit exit)
      implements Working {}

  record Choice(String name, List<Rule> rules, Optional<Exit> otherwise) implements State {
    public Choice {
      rules = List.copyOf(rules);
    }
  }

  record Rule(JsonNode condition, Exit exit) {}

  record Wait(String name, Until until, Exit exit) implements State {}

  /** The end of a Wait state. */
  sealed interface Until {
    record Seconds(JsonNode seconds) implements Until {}

    record Timestamp(JsonNode timestamp) implements Until {}
  }

  record Pass(String name, Exit exit) implements State {}

  record Succeed(String name, JsonNode output) implements State {}

  record Fail(String name, Optional<JsonNode> error, Optional<JsonNode> cause) implements State {}
}
