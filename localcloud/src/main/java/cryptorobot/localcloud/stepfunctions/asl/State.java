package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One state of a flow. Fields left out of a definition carry here what the States Language gives as
 * their default, so {@code arguments} or {@code output} are never absent. A {@code JsonNode} field
 * is a template: any string in it of the form <code>{% … %}</code> is JSONata.
 */
public sealed interface State {
  String name();

  /** As in the {@code Type} field; history events are named after it. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** Every state this one may go to. */
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

  /** A state that has a result and may be retried and caught. */
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

  /** An inline Map. A {@code maxConcurrency} of 0 sets no limit of its own. */
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

  record Wait(String name, JsonNode seconds, Exit exit) implements State {}

  record Pass(String name, Exit exit) implements State {}

  record Succeed(String name, JsonNode output) implements State {}

  record Fail(String name, Optional<JsonNode> error, Optional<JsonNode> cause) implements State {}
}
