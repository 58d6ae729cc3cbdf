package cryptorobot.localcloud.stepfunctions.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses a state by its {@code Type}. */
final class StateParser {
  private static final long MOST_SECONDS = 99_999_999;
  private static final Set<String> INVOKE_ARGUMENTS = Set.of("FunctionName", "Payload");
  private static final Set<String> START_ARGUMENTS = Set.of("StateMachineArn", "Name", "Input");

  private final String name;
  private final DefinitionFields fields;
  private final List<String> siblings;
  private final Set<String> outerVariables;
  private final Set<String> variables;
  private final FlowParser.Names names;

  /**
   * @param outerVariables variables that enclosing flows assign
   * @param variables the outer variables and those of the state's flow
   */
  StateParser(
      String name,
      DefinitionFields fields,
      List<String> siblings,
      Set<String> outerVariables,
      Set<String> variables,
      FlowParser.Names names) {
    this.name = name;
    this.fields = fields;
    this.siblings = siblings;
    this.outerVariables = outerVariables;
    this.variables = variables;
    this.names = names;
  }

  State parse() throws DefinitionInvalid {
    fields.text("Comment");
    StateMachineParser.requireEquals(fields, "QueryLanguage", "JSONata", false);
    var type = fields.requiredText("Type");
    var state =
        switch (type) {
          case "Task" -> task();
          case "Choice" -> choice();
          case "Wait" -> new State.Wait(name, until(), exit(Place.ORDINARY, "$states.input"));
          case "Pass" -> new State.Pass(name, exit(Place.ORDINARY, "$states.input"));
          case "Parallel" -> parallel();
          case "Map" -> map();
          case "Succeed" ->
              new State.Succeed(name, output(fields, Place.ORDINARY, "$states.input"));
          case "Fail" ->
              new State.Fail(
                  name, TemplateReader.text(fields, "Error"), TemplateReader.text(fields, "Cause"));
          default ->
              throw new DefinitionInvalid(
                  fields.path("Type"),
                  "\"" + type + "\"",
                  "Task, Choice, Wait, Pass, Parallel, Map, Succeed, Fail");
        };
    fields.refuseOthers();
    return state;
  }

  private State task() throws DefinitionInvalid {
    var arn = fields.requiredText("Resource");
    var resource = TaskResource.of(arn);
    if (resource.isEmpty()) {
      throw new DefinitionInvalid(fields.path("Resource"), "\"" + arn + "\"", TaskResource.ALLOWED);
    }
    var arguments = TemplateReader.orDefault(fields, "Arguments", Place.ORDINARY, "$states.input");
    switch (resource.get().kind()) {
      case LAMBDA_INVOKE -> requireArguments(arguments, "FunctionName", INVOKE_ARGUMENTS);
      case START_EXECUTION -> requireArguments(arguments, "StateMachineArn", START_ARGUMENTS);
    }
    var timeout = TemplateReader.integer(fields, "TimeoutSeconds", 1, MOST_SECONDS);
    return new State.Task(
        name,
        resource.get(),
        arguments,
        timeout,
        recovery(),
        exit(Place.AFTER_RESULT, "$states.result"));
  }

  private void requireArguments(JsonNode arguments, String needed, Set<String> known)
      throws DefinitionInvalid {
    if (Expression.of(arguments).isPresent()) {
      return;
    }
    var path = fields.path("Arguments");
    var given = DefinitionFields.of(path, arguments);
    given.required(needed);
    known.forEach(given::optional);
    given.refuseOthers();
  }

  private State choice() throws DefinitionInvalid {
    fields.required("Choices");
    var rules = new ArrayList<State.Rule>();
    for (var rule : fields.objects("Choices")) {
      rules.add(rule(rule));
    }
    var next = fields.text("Default");
    var otherwise = Optional.<Exit>empty();
    if (next.isPresent()) {
      FlowParser.requireName(next.get(), siblings, fields.path("Default"));
      otherwise =
          Optional.of(
              new Exit(
                  TemplateReader.assign(fields, Place.ORDINARY, outerVariables),
                  output(fields, Place.ORDINARY, "$states.input"),
                  next));
    }
    return new State.Choice(name, rules, otherwise);
  }

  private State.Rule rule(DefinitionFields rule) throws DefinitionInvalid {
    var condition = rule.required("Condition");
    if (!TemplateReader.expression(condition, rule.path("Condition"), Place.ORDINARY)
        && !condition.isBoolean()) {
      throw new DefinitionInvalid(
          rule.path("Condition"),
          DefinitionFields.shortened(condition),
          "true, false, or an expression");
    }
    var next = rule.requiredText("Next");
    FlowParser.requireName(next, siblings, rule.path("Next"));
    var exit =
        new Exit(
            TemplateReader.assign(rule, Place.ORDINARY, outerVariables),
            output(rule, Place.ORDINARY, "$states.input"),
            Optional.of(next));
    rule.text("Comment");
    rule.refuseOthers();
    return new State.Rule(condition, exit);
  }

  private State.Until until() throws DefinitionInvalid {
    var seconds = TemplateReader.integer(fields, "Seconds", 0, MOST_SECONDS);
    var timestamp = TemplateReader.text(fields, "Timestamp");
    if (seconds.isPresent() == timestamp.isPresent()) {
      throw new DefinitionInvalid(
          fields.path(),
          seconds.isPresent() ? "both Seconds and Timestamp" : "neither Seconds nor Timestamp",
          "exactly one of Seconds and Timestamp");
    }
    if (seconds.isPresent()) {
      return new State.Until.Seconds(seconds.get());
    }
    if (Expression.of(timestamp.get()).isEmpty()
        && Timestamp.parse(timestamp.get().textValue()).isEmpty()) {
      throw new DefinitionInvalid(
          fields.path("Timestamp"),
          DefinitionFields.shortened(timestamp.get()),
          "an RFC 3339 timestamp such as 2026-03-14T01:59:00Z, or an expression that returns one");
    }
    return new State.Until.Timestamp(timestamp.get());
  }

  private State parallel() throws DefinitionInvalid {
    fields.required("Branches");
    var branches = new ArrayList<Flow>();
    for (var branch : fields.objects("Branches")) {
      branch.text("Comment");
      branches.add(FlowParser.parse(branch, variables, names));
      branch.refuseOthers();
    }
    return new State.Parallel(
        name,
        TemplateReader.orDefault(fields, "Arguments", Place.ORDINARY, "$states.input"),
        branches,
        recovery(),
        exit(Place.AFTER_RESULT, "$states.result"));
  }

  private State map() throws DefinitionInvalid {
    var items = TemplateReader.orDefault(fields, "Items", Place.ORDINARY, "$states.input");
    if (!items.isArray() && Expression.of(items).isEmpty()) {
      throw new DefinitionInvalid(
          fields.path("Items"),
          DefinitionFields.shortened(items),
          "an array, or an expression that returns one");
    }
    var processor =
        DefinitionFields.of(fields.path("ItemProcessor"), fields.required("ItemProcessor"));
    var config = processor.optional("ProcessorConfig");
    if (config.isPresent()) {
      var mode = DefinitionFields.of(processor.path("ProcessorConfig"), config.get());
      StateMachineParser.requireEquals(mode, "Mode", "INLINE", false);
      mode.refuseOthers();
    }
    processor.text("Comment");
    var flow = FlowParser.parse(processor, variables, names);
    processor.refuseOthers();
    return new State.Map(
        name,
        items,
        TemplateReader.optional(fields, "ItemSelector", Place.ITEM_SELECTOR),
        TemplateReader.integer(fields, "MaxConcurrency", 0, MOST_SECONDS)
            .orElse(IntNode.valueOf(0)),
        flow,
        recovery(),
        exit(Place.AFTER_RESULT, "$states.result"));
  }

  private Recovery recovery() throws DefinitionInvalid {
    return new RecoveryParser(fields, siblings, outerVariables).parse();
  }

  private static JsonNode output(DefinitionFields of, Place place, String otherwise)
      throws DefinitionInvalid {
    return TemplateReader.orDefault(of, "Output", place, otherwise);
  }

  private Exit exit(Place place, String output) throws DefinitionInvalid {
    var next = fields.text("Next");
    var end = fields.optional("End");
    boolean ends = end.isPresent() && end.get().isBoolean() && end.get().booleanValue();
    if (end.isPresent() && !end.get().isBoolean()) {
      throw new DefinitionInvalid(
          fields.path("End"), DefinitionFields.shortened(end.get()), "true");
    }
    if (next.isPresent() == ends) {
      throw new DefinitionInvalid(
          fields.path(), ends ? "both Next and End" : "neither Next nor End", "Next, or End: true");
    }
    if (next.isPresent()) {
      FlowParser.requireName(next.get(), siblings, fields.path("Next"));
    }
    return new Exit(
        TemplateReader.assign(fields, place, outerVariables), output(fields, place, output), next);
  }
}
