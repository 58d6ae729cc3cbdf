package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Parses {@code Retry} and {@code Catch} of a state. */
final class RecoveryParser {
  private static final long MOST = 99_999_999;
  private static final long LONGEST_DELAY = 31_622_400;

  /** Without States.Runtime, which AWS neither retries nor catches. */
  private static final Set<String> RESERVED =
      Set.of(
          "States.ALL",
          "States.BranchFailed",
          "States.DataLimitExceeded",
          "States.ExceedToleratedFailureThreshold",
          "States.HeartbeatTimeout",
          "States.Http.Socket",
          "States.ItemReaderFailed",
          "States.NoChoiceMatched",
          "States.Permissions",
          "States.QueryEvaluationError",
          "States.ResultWriterFailed",
          "States.TaskFailed",
          "States.Timeout");

  private final DefinitionFields state;
  private final List<String> siblings;
  private final Set<String> outerVariables;

  RecoveryParser(DefinitionFields state, List<String> siblings, Set<String> outerVariables) {
    this.state = state;
    this.siblings = siblings;
    this.outerVariables = outerVariables;
  }

  Recovery parse() throws DefinitionInvalid {
    var retriers = new ArrayList<Retrier>();
    var retry = state.objects("Retry");
    for (var fields : retry) {
      retriers.add(retrier(fields, fields == retry.getLast()));
    }
    var catchers = new ArrayList<Catcher>();
    var caught = state.objects("Catch");
    for (var fields : caught) {
      catchers.add(catcher(fields, fields == caught.getLast()));
    }
    return new Recovery(retriers, catchers);
  }

  private Retrier retrier(DefinitionFields fields, boolean last) throws DefinitionInvalid {
    var errors = errors(fields, last);
    var jitter = fields.text("JitterStrategy").orElse("NONE");
    if (!Set.of("FULL", "NONE").contains(jitter)) {
      throw new DefinitionInvalid(
          fields.path("JitterStrategy"), "\"" + jitter + "\"", "FULL or NONE");
    }
    var maxDelay = fields.integer("MaxDelaySeconds", 1, LONGEST_DELAY);
    var retrier =
        new Retrier(
            errors,
            fields.integer("IntervalSeconds", 1, MOST).orElse(1L),
            backoffRate(fields),
            maxDelay.map(OptionalLong::of).orElseGet(OptionalLong::empty),
            fields.integer("MaxAttempts", 0, MOST).orElse(3L),
            jitter.equals("FULL"));
    fields.text("Comment");
    fields.refuseOthers();
    return retrier;
  }

  private static double backoffRate(DefinitionFields fields) throws DefinitionInvalid {
    var rate = fields.optional("BackoffRate");
    if (rate.isPresent() && !(rate.get().isNumber() && rate.get().doubleValue() >= 1.0)) {
      throw new DefinitionInvalid(
          fields.path("BackoffRate"),
          DefinitionFields.shortened(rate.get()),
          "a number of 1.0 or more");
    }
    return rate.map(JsonNode::doubleValue).orElse(2.0);
  }

  private Catcher catcher(DefinitionFields fields, boolean last) throws DefinitionInvalid {
    var errors = errors(fields, last);
    var next = fields.requiredText("Next");
    FlowParser.requireName(next, siblings, fields.path("Next"));
    var exit =
        new Exit(
            TemplateReader.assign(fields, Place.AFTER_ERROR, outerVariables),
            TemplateReader.orDefault(fields, "Output", Place.AFTER_ERROR, "$states.errorOutput"),
            Optional.of(next));
    fields.text("Comment");
    fields.refuseOthers();
    return new Catcher(errors, exit);
  }

  private static List<String> errors(DefinitionFields fields, boolean last)
      throws DefinitionInvalid {
    var path = fields.path("ErrorEquals");
    var value = fields.required("ErrorEquals");
    if (!value.isArray() || value.isEmpty()) {
      throw new DefinitionInvalid(
          path, DefinitionFields.shortened(value), "a non-empty array of error names");
    }
    var errors = new ArrayList<String>();
    for (var error : value) {
      if (!error.isTextual() || error.textValue().isEmpty()) {
        throw new DefinitionInvalid(path, DefinitionFields.shortened(error), "an error name");
      }
      var name = error.textValue();
      if (name.startsWith("States.") && !RESERVED.contains(name)) {
        throw new DefinitionInvalid(
            path,
            "\"" + name + "\"",
            "custom error names, or one of "
                + String.join(", ", RESERVED.stream().sorted().toList()));
      }
      errors.add(name);
    }
    if (errors.contains("States.ALL") && (errors.size() > 1 || !last)) {
      throw new DefinitionInvalid(
          path, DefinitionFields.shortened(value), "States.ALL alone, and in the last entry");
    }
    return errors;
  }
}
