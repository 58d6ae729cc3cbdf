package cryptorobot.localcloud.stepfunctions.asl;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Parser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that JSONata is what AWS accepts: dialect 2.0.6 without {@code $eval}, no input document,
 * and only those fields of {@code $states} that exist at this place. The library implements a newer
 * dialect and an input document; without these checks a definition could run here and be refused by
 * AWS.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html">AWS</a>
 * @see <a href="https://states-language.net/spec.html#jsonata-restrictions">JSONata
 *     Restrictions</a>
 */
final class ExpressionRules {
  private static final Map<String, Set<String>> CONTEXT =
      Map.of(
          "Execution", Set.of("Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount"),
          "State", Set.of("EnteredTime", "Name", "RetryCount"),
          "StateMachine", Set.of("Id", "Name"),
          "Map", Set.of("Item"));

  private final Place place;

  private ExpressionRules(Place place) {
    this.place = place;
  }

  /** The reason why AWS would refuse this JSONata at this place. */
  static Optional<String> problem(String jsonata, Place place) {
    try {
      var newer = NewerOperators.in(jsonata);
      if (newer.isPresent()) {
        return newer.map(
            operator -> "the operator " + operator + ", which is not in JSONata 2.0.6");
      }
      return new ExpressionRules(place).check(new JsonataTree(new Parser().parse(jsonata)), true);
    } catch (JException refused) {
      return Optional.of("text that is not JSONata: " + refused.getMessage());
    }
  }

  /**
   * @param top whether an unqualified name here would read the input document
   */
  private Optional<String> check(JsonataTree tree, boolean top) {
    var here =
        switch (tree.type()) {
          case "variable" -> variable(tree.value(), top);
          case "name", "wildcard", "descendant", "parent" ->
              top
                  ? Optional.of("the unqualified name " + tree.value() + " at the top level")
                  : Optional.<String>empty();
          case "path" -> states(tree.steps());
          default -> Optional.<String>empty();
        };
    if (here.isPresent()) {
      return here;
    }
    var steps = tree.steps();
    for (int i = 0; i < steps.size(); i++) {
      var problem = check(steps.get(i), top && i == 0);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return first(tree.insideItsOwnContext(), false).or(() -> first(tree.children(), top));
  }

  private Optional<String> first(List<JsonataTree> trees, boolean top) {
    return trees.stream().flatMap(tree -> check(tree, top).stream()).findFirst();
  }

  private static Optional<String> variable(String name, boolean top) {
    return switch (name) {
      case "$" -> Optional.of("$$, the input document, which does not exist in a state");
      case "" -> top ? Optional.of("$ at the top level") : Optional.empty();
      case "eval" -> Optional.of("$eval, which AWS does not support");
      default -> Optional.empty();
    };
  }

  private Optional<String> states(List<JsonataTree> steps) {
    if (steps.size() < 2 || !steps.get(0).isVariable("states") || !steps.get(1).isName()) {
      return Optional.empty();
    }
    var field = steps.get(1).value();
    var refused =
        switch (field) {
          case "input" -> false;
          case "context" -> contextRefused(steps.subList(2, steps.size()));
          case "result" -> place != Place.AFTER_RESULT;
          case "errorOutput" -> place != Place.AFTER_ERROR;
          default -> true;
        };
    return refused
        ? Optional.of("$states." + shortened(steps) + ", which does not exist at this place")
        : Optional.empty();
  }

  private boolean contextRefused(List<JsonataTree> steps) {
    if (steps.isEmpty() || !steps.get(0).isName()) {
      return false;
    }
    var object = steps.get(0).value();
    var fields = CONTEXT.get(object);
    return fields == null
        || (object.equals("Map") && place != Place.ITEM_SELECTOR)
        || (steps.size() > 1 && steps.get(1).isName() && !fields.contains(steps.get(1).value()));
  }

  private static String shortened(List<JsonataTree> steps) {
    return String.join(
        ".",
        steps.stream()
            .skip(1)
            .limit(3)
            .takeWhile(JsonataTree::isName)
            .map(JsonataTree::value)
            .toList());
  }
}
