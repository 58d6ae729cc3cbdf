package cryptorobot.deployer.template;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.localstack.LocalStack;
import cryptorobot.deployer.localstack.LocalStackParameter;
import cryptorobot.deployer.template.StackOnLocalStack.Resource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another CloudFormation creates the packaged deployer stack with its documents, and the resources
 * are what the template requests. Each is read back through the API of its own service, because
 * LocalStack reports success for types that it does not know. The types of both kinds are in {@code
 * target/localstack-types.txt}.
 */
@Tag("localstack")
@Tag("emulator")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LocalStackParameter.class)
class StackOnLocalStackTest {
  /** LocalStack 4.14.0 has no provider for it: it reports CREATE_COMPLETE and creates nothing. */
  private static final Set<String> IGNORED = Set.of("AWS::SSM::Document");

  private StackOnLocalStack stack;
  private JsonNode template;
  private Map<String, Resource> resources;

  @BeforeAll
  void create(LocalStack localStack, @TempDir Path folder) throws Exception {
    stack = new StackOnLocalStack(AwsTools.newest(), localStack.endpointWithFunctions(), folder);
    template = stack.create();
    resources = stack.resources();
  }

  @Test
  void createsEveryResource() throws Exception {
    assertEquals("CREATE_COMPLETE", stack.status(), () -> resources.toString());
    resources
        .values()
        .forEach(resource -> assertEquals("CREATE_COMPLETE", resource.status(), resource::id));
    template
        .get("Resources")
        .properties()
        .forEach(
            wanted ->
                assertTrue(
                    resources.containsKey(wanted.getKey()) || wanted.getValue().has("Condition"),
                    () -> wanted.getKey() + " is missing"));
  }

  @Test
  void createsNothingForTheTypesThatItDoesNotKnow() throws Exception {
    Map<Boolean, Set<String>> types =
        resources.values().stream()
            .collect(
                groupingBy(
                    resource -> resource.physicalId().equals("unknown"),
                    mapping(Resource::type, toCollection(TreeSet::new))));
    Files.writeString(
        Path.of("target", "localstack-types.txt"),
        "created\n  %s\nreported as created, without effect\n  %s\n"
            .formatted(
                String.join("\n  ", types.get(false)),
                String.join("\n  ", types.getOrDefault(true, Set.of()))));
    assertEquals(IGNORED, types.getOrDefault(true, Set.of()));
  }

  @Test
  void functionsHaveTheSettingsOfTheTemplate() throws Exception {
    Map<String, JsonNode> created =
        by("FunctionName", stack.json("lambda", "list-functions").get("Functions"));
    int compared = 0;
    for (Resource function : ofType("AWS::Lambda::Function")) {
      JsonNode wanted = properties(function);
      JsonNode found = created.get(function.physicalId());
      for (String name : Set.of("Handler", "Timeout", "MemorySize", "Runtime", "Description")) {
        assertEquals(wanted.get(name), found.get(name), function.id() + "." + name);
      }
      assertEquals(
          names(wanted.at("/Environment/Variables")),
          names(found.at("/Environment/Variables")),
          function.id());
      assertFalse(found.toString().contains("Fn::"), () -> found.toString());
      compared++;
    }
    assertEquals(9, compared);
  }

  @Test
  void rolesHaveTheirTrustAndTheirPolicies() throws Exception {
    Map<String, JsonNode> created =
        by(
            "RoleName",
            stack
                .json("iam", "get-account-authorization-details", "--filter", "Role")
                .get("RoleDetailList"));
    int compared = 0;
    for (Resource role : ofType("AWS::IAM::Role")) {
      JsonNode found = created.get(role.physicalId());
      if (template.at("/Resources/" + role.id()).isMissingNode()) {
        continue;
      }
      JsonNode wanted = properties(role);
      assertEquals(
          statements(wanted.get("AssumeRolePolicyDocument")),
          statements(found.get("AssumeRolePolicyDocument")),
          role.id());
      Map<String, JsonNode> policies = by("PolicyName", found.get("RolePolicyList"));
      for (JsonNode policy : wanted.path("Policies")) {
        String name = policy.get("PolicyName").asText();
        assertEquals(
            statements(policy.get("PolicyDocument")),
            statements(policies.get(name).get("PolicyDocument")),
            role.id() + ", " + name);
      }
      assertEquals(wanted.path("Policies").size(), policies.size(), role::id);
      assertFalse(found.toString().matches("(?s).*(Fn::|\\$\\{).*"), found::toString);
      compared++;
    }
    assertEquals(9, compared);
  }

  @Test
  void alarmsWatchWhatTheTemplateRequests() throws Exception {
    Map<String, JsonNode> created =
        by("AlarmName", stack.json("cloudwatch", "describe-alarms").get("MetricAlarms"));
    int compared = 0;
    for (Resource alarm : ofType("AWS::CloudWatch::Alarm")) {
      JsonNode found = created.get(alarm.physicalId());
      if (template.at("/Resources/" + alarm.id()).isMissingNode()) {
        continue;
      }
      JsonNode wanted = properties(alarm);
      for (String name :
          Set.of(
              "EvaluationPeriods",
              "ComparisonOperator",
              "TreatMissingData",
              "Namespace",
              "Statistic")) {
        assertEquals(
            wanted.path(name).asText(), found.path(name).asText(), alarm.id() + "." + name);
      }
      assertEquals(
          resources.get("Topic").physicalId(), found.at("/AlarmActions/0").asText(), alarm::id);
      compared++;
    }
    assertEquals(1, compared);
  }

  @Test
  void theRuleMatchesWhatTheTemplateRequests() throws Exception {
    Resource rule = ofType("AWS::Events::Rule").iterator().next();
    JsonNode pattern = properties(rule).get("EventPattern");
    JsonNode found = json(stack.json("events", "list-rules").at("/Rules/0/EventPattern").asText());
    assertEquals(names(pattern), names(found));
    assertEquals(pattern.get("source"), found.get("source"));
    assertEquals(pattern.at("/detail/status"), found.at("/detail/status"));
  }

  /** LocalStack's provider of log groups ignores their retention. */
  @Test
  void logGroupsAndTheSubscriptionExist() throws Exception {
    Map<String, JsonNode> groups =
        by("logGroupName", stack.json("logs", "describe-log-groups").get("logGroups"));
    for (Resource group : ofType("AWS::Logs::LogGroup")) {
      assertTrue(groups.containsKey(group.physicalId()), group::id);
    }
    JsonNode reader = stack.json("sns", "list-subscriptions").at("/Subscriptions/0");
    assertEquals("operator@example.com", reader.get("Endpoint").asText());
    assertEquals(resources.get("Topic").physicalId(), reader.get("TopicArn").asText());
  }

  private Iterable<Resource> ofType(String type) {
    return resources.values().stream().filter(found -> found.type().equals(type)).toList();
  }

  private JsonNode properties(Resource resource) {
    return template.at("/Resources/" + resource.id() + "/Properties");
  }

  private static Map<String, JsonNode> by(String name, JsonNode list) {
    Map<String, JsonNode> found = new TreeMap<>();
    list.forEach(entry -> found.put(entry.get(name).asText(), entry));
    return found;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** What the statements allow, without what intrinsic functions compute. */
  private static Set<String> statements(JsonNode policy) {
    return StreamSupport.stream(policy.get("Statement").spliterator(), false)
        .map(
            statement ->
                "%s %s %s %s"
                    .formatted(
                        statement.path("Sid").asText(),
                        statement.get("Effect"),
                        statement.path("Action"),
                        names(statement.path("Condition"))))
        .collect(toCollection(TreeSet::new));
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
