package cryptorobot.deployer.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template as CloudFormation would see it with these parameters: loops unrolled, the include in
 * its place, conditions decided, functions of known values computed. A reference to another
 * resource becomes the ARN or name the template gives it, or else {@code <LogicalId>}.
 *
 * <p>Written after CloudFormation's documentation; the transforms AWS runs are seen at work by
 * {@code CfnLintTest}, where that tool is installed.
 */
final class Stack {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}!]+)}");

  private final ObjectNode template;
  private final Path folder;
  private final Map<String, JsonNode> parameters = new TreeMap<>();
  private final Map<String, ObjectNode> resources = new TreeMap<>();

  private Stack(Path file, Map<String, String> given) {
    this.template = CloudFormationYaml.read(file);
    this.folder = file.getParent();
    parameters.put("AWS::AccountId", JSON.textNode("000000000000"));
    parameters.put("AWS::Partition", JSON.textNode("aws"));
    parameters.put("AWS::Region", JSON.textNode("eu-west-1"));
    template
        .get("Parameters")
        .properties()
        .forEach(
            entry -> {
              JsonNode fallback = entry.getValue().get("Default");
              String value =
                  given.getOrDefault(entry.getKey(), fallback == null ? "" : fallback.asText());
              parameters.put(entry.getKey(), parameter(entry.getValue(), value));
            });
    unroll((ObjectNode) template.get("Resources"), Map.of())
        .forEach((id, resource) -> resources.put(id, (ObjectNode) resource));
  }

  /** {@code template.yaml} with its nested stacks' resources, which are named {@code stack/id}. */
  static Stack of(Map<String, String> parameters) {
    Stack stack = new Stack(Project.file("template.yaml"), parameters);
    for (String id : List.copyOf(stack.resources.keySet())) {
      ObjectNode resource = stack.resource(id);
      if (resource.get("Type").textValue().equals("AWS::CloudFormation::Stack")) {
        Map<String, String> given = new TreeMap<>();
        resource
            .at("/Properties/Parameters")
            .properties()
            .forEach(p -> given.put(p.getKey(), p.getValue().asText()));
        String file = resource.at("/Properties/TemplateURL").textValue();
        Stack nested = new Stack(Project.file(file), given);
        nested
            .present()
            .forEach(
                (name, part) -> stack.resources.put(id + "/" + name, part.without("Condition")));
      }
    }
    return stack;
  }

  /** Every resource whose condition holds, with its values computed. */
  Map<String, ObjectNode> present() {
    Map<String, ObjectNode> present = new TreeMap<>();
    resources.forEach(
        (id, resource) -> {
          JsonNode condition = resource.get("Condition");
          if (condition == null || holds(template.at("/Conditions/" + condition.textValue()))) {
            present.put(id, resource(id));
          }
        });
    return present;
  }

  Map<String, ObjectNode> present(String type) {
    Map<String, ObjectNode> present = present();
    present.values().removeIf(resource -> !resource.get("Type").textValue().equals(type));
    return present;
  }

  ObjectNode resource(String id) {
    ObjectNode resource = resources.get(id);
    if (resource == null) {
      throw new IllegalArgumentException("the template has no resource " + id);
    }
    return (ObjectNode) computed(resource);
  }

  private static JsonNode parameter(JsonNode declared, String value) {
    if (!declared.get("Type").textValue().equals("CommaDelimitedList")) {
      return JSON.textNode(value);
    }
    ArrayNode list = JSON.arrayNode();
    List.of(value.split(",")).forEach(list::add);
    return list;
  }

  private Map<String, JsonNode> unroll(ObjectNode object, Map<String, String> loop) {
    Map<String, JsonNode> unrolled = new TreeMap<>();
    object
        .properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              if (key.startsWith("Fn::ForEach::")) {
                String name = entry.getValue().get(0).textValue();
                for (JsonNode item : computed(entry.getValue().get(1))) {
                  Map<String, String> inner = new TreeMap<>(loop);
                  inner.put(name, item.asText());
                  unrolled.putAll(unroll((ObjectNode) entry.getValue().get(2), inner));
                }
              } else if (key.equals("Fn::Transform")) {
                String file = entry.getValue().at("/Parameters/Location").textValue();
                CloudFormationYaml.json(folder.resolve(file))
                    .properties()
                    .forEach(part -> unrolled.put(part.getKey(), part.getValue()));
              } else {
                unrolled.put(
                    key(key, loop),
                    loop.isEmpty() ? entry.getValue() : filled(entry.getValue(), loop));
              }
            });
    return unrolled;
  }

  private static String key(String key, Map<String, String> loop) {
    String filled = key;
    for (Map.Entry<String, String> entry : loop.entrySet()) {
      filled =
          filled
              .replace("${" + entry.getKey() + "}", entry.getValue())
              .replace(
                  "&{" + entry.getKey() + "}", entry.getValue().replaceAll("[^A-Za-z0-9]", ""));
    }
    return filled;
  }

  /**
   * CloudFormation fills in the loop's value in Sub and Ref only; elsewhere it would stay as text.
   */
  private static JsonNode filled(JsonNode node, Map<String, String> loop) {
    if (node.isObject()) {
      ObjectNode object = JSON.objectNode();
      node.properties()
          .forEach(
              entry -> {
                JsonNode value = filled(entry.getValue(), loop);
                boolean sub = entry.getKey().equals("Fn::Sub") && value.isTextual();
                object.set(
                    entry.getKey(), sub ? JSON.textNode(key(value.textValue(), loop)) : value);
              });
      return object;
    }
    if (node.isArray()) {
      ArrayNode list = JSON.arrayNode();
      node.forEach(item -> list.add(filled(item, loop)));
      return list;
    }
    return node;
  }

  private JsonNode computed(JsonNode node) {
    if (node.isArray()) {
      ArrayNode list = JSON.arrayNode();
      node.forEach(item -> list.add(computed(item)));
      return list;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1) {
      String key = node.fieldNames().next();
      JsonNode value = node.get(key);
      switch (key) {
        case "Ref" -> {
          return reference(value.textValue());
        }
        case "Fn::GetAtt" -> {
          return JSON.textNode(attribute(value.get(0).textValue(), value.get(1).textValue()));
        }
        case "Fn::Sub" -> {
          return JSON.textNode(
              value.isArray() ? withOwnNames(value) : substituted(value.textValue()));
        }
        case "Fn::Select" -> {
          return computed(value.get(1)).get(value.get(0).asInt());
        }
        case "Fn::Split" -> {
          ArrayNode parts = JSON.arrayNode();
          List.of(computed(value.get(1)).asText().split(Pattern.quote(value.get(0).asText())))
              .forEach(parts::add);
          return parts;
        }
        case "Fn::Join" -> {
          List<String> parts = new ArrayList<>();
          computed(value.get(1)).forEach(part -> parts.add(part.asText()));
          return JSON.textNode(String.join(value.get(0).textValue(), parts));
        }
        case "Fn::ToJsonString" -> {
          return JSON.textNode(computed(value).toString());
        }
        default -> {
          if (key.startsWith("Fn::")) {
            throw new IllegalArgumentException(
                "the template uses " + key + ", which this cannot compute");
          }
        }
      }
    }
    ObjectNode object = JSON.objectNode();
    node.properties().forEach(entry -> object.set(entry.getKey(), computed(entry.getValue())));
    return object;
  }

  /** A Sub with names of its own, beside which there are no others here. */
  private String withOwnNames(JsonNode textAndNames) {
    String text = textAndNames.get(0).textValue();
    for (Map.Entry<String, JsonNode> name : textAndNames.get(1).properties()) {
      text = text.replace("${" + name.getKey() + "}", computed(name.getValue()).asText());
    }
    return text;
  }

  private String substituted(String text) {
    Matcher variable = VARIABLE.matcher(text);
    return variable.replaceAll(
        found -> {
          String name = found.group(1);
          int dot = name.indexOf('.');
          String value =
              dot < 0
                  ? reference(name).asText()
                  : attribute(name.substring(0, dot), name.substring(dot + 1));
          return Matcher.quoteReplacement(value);
        });
  }

  private JsonNode reference(String name) {
    if (parameters.containsKey(name)) {
      return parameters.get(name);
    }
    String id = name.endsWith(".Version") ? name.substring(0, name.length() - 8) : name;
    if (!resources.containsKey(id) && !resources.isEmpty()) {
      throw new IllegalArgumentException("the template refers to " + name + ", which is not there");
    }
    return JSON.textNode(name.endsWith(".Version") ? attribute(id, "Arn") + ":1" : arnOrName(id));
  }

  private String arnOrName(String id) {
    ObjectNode resource = resources.get(id);
    return switch (resource.get("Type").textValue()) {
      case "AWS::SNS::Topic" -> arn("sns", computed(resource.at("/Properties/TopicName")).asText());
      case "AWS::Serverless::StateMachine" ->
          arn("states", "stateMachine:" + computed(resource.at("/Properties/Name")).asText());
      default -> "<" + id + ">";
    };
  }

  private String attribute(String id, String attribute) {
    ObjectNode resource = resources.get(id);
    if (resource == null) {
      throw new IllegalArgumentException("the template refers to " + id + ", which is not there");
    }
    JsonNode properties = resource.get("Properties");
    return switch (resource.get("Type").textValue() + "." + attribute) {
      case "AWS::SQS::Queue.Arn" -> arn("sqs", computed(properties.get("QueueName")).asText());
      case "AWS::Serverless::Function.Arn" ->
          arn("lambda", "function:" + computed(properties.get("FunctionName")).asText());
      default -> "<" + id + "." + attribute + ">";
    };
  }

  private static String arn(String service, String resource) {
    return "arn:aws:" + service + ":eu-west-1:000000000000:" + resource;
  }

  private boolean holds(JsonNode condition) {
    String function = condition.fieldNames().next();
    JsonNode value = condition.get(function);
    return switch (function) {
      case "Fn::Equals" -> computed(value.get(0)).asText().equals(computed(value.get(1)).asText());
      case "Fn::Not" -> !holds(value.get(0));
      default -> throw new IllegalArgumentException("the template decides by " + function);
    };
  }

  @Override
  public String toString() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(present());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
