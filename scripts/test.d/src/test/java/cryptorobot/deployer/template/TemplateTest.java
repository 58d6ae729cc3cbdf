package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.json.JsonSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final String DOCUMENTS = "functions/target/classes/documents/";

  private static final List<String> MACHINES = List.of("deploy", "power", "watch", "migrate");

  private final Stack deployer = Stack.deployer(Map.of("NotificationEmail", "robots@example.com"));
  private final Stack stack =
      Stack.environment(
          Map.of(
              "Environment", "jack_robot.crypto-vision.com",
              "RepositoryUrl", "https://github.com/acme/jack.git",
              "GitHubRepository", "acme/jack",
              "StartSchedule", "cron(30 7 ? * MON-FRI *)",
              "StopSchedule", "cron(0 19 ? * MON-FRI *)",
              "ScheduleTimezone", "Europe/Zurich",
              "InstanceImageId", "ami-0123456789abcdef0",
              "VpcId", "vpc-0123456789abcdef0",
              "SubnetId", "subnet-0123456789abcdef0"));

  private JsonNode machine(String kind) {
    String id = Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + "StateMachine";
    return stack.resource(id).get("Properties");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "power", "watch", "migrate"})
  void substitutesEverythingThatADefinitionNames(String kind) throws IOException {
    String file = machine(kind).get("DefinitionS3Location").textValue();
    JsonNode definition = Project.json(Project.file(file));
    assertEquals(
        new YAMLMapper().readTree(Project.text("statemachine/" + kind + ".asl.yaml")),
        definition,
        "the build makes it of the YAML");
    Set<String> named = found("\\$\\{([A-Za-z]+)}", definition.toString());
    JsonNode given = machine(kind).get("DefinitionSubstitutions");
    Set<String> substituted = new TreeSet<>();
    given.fieldNames().forEachRemaining(substituted::add);
    assertEquals(named, substituted, file + " names these");
    assertEquals("jack_robot.crypto-vision.com", given.get("Environment").textValue());
    assertEquals("https://github.com/acme/jack.git", given.get("RepositoryUrl").textValue());
    assertEquals("/opt/crypto-robot", given.get("ApplicationPath").textValue());
    assertEquals("false", given.get("ShipLogs").textValue());
    assertEquals("", given.get("SystemPackages").textValue());
    named.removeAll(
        Set.of("Environment", "RepositoryUrl", "ApplicationPath", "ShipLogs", "SystemPackages"));
    for (String name : named) {
      String value = given.get(name).textValue();
      if (name.equals("DeployStateMachine")) {
        assertEquals(
            "arn:aws:states:eu-west-1:000000000000:stateMachine:"
                + "crypto-robot_jack-robot-crypto-vision-com-deploy",
            value);
      } else {
        String function = name.replaceFirst("Function$", "");
        assertEquals("{{resolve:ssm:/crypto-robot/v1/functions/" + function + "}}", value);
        JsonNode version = deployer.resource(function + "Version").get("Properties");
        assertEquals("/crypto-robot/v1/functions/" + function, version.get("Name").textValue());
        assertEquals(
            "arn:aws:lambda:eu-west-1:000000000000:function:crypto-robot-" + function + ":1",
            version.get("Value").textValue(),
            "a version, so that a running execution keeps its code");
      }
    }
  }

  /** CloudFormation allows sixty in a template. */
  @Test
  void readsAtMostFortyParametersOfTheDeployer() {
    int references = stack.present().toString().split("\\{\\{resolve:ssm:", -1).length - 1;
    assertTrue(references > 0 && references <= 40, () -> "references: " + references);
  }

  @Test
  void keepsWhatAnEnvironmentOnAnEarlierVersionReads() {
    Map<String, ObjectNode> versions = deployer.present("AWS::SSM::Parameter");
    assertEquals(8, versions.size(), versions.keySet()::toString);
    versions.forEach(
        (id, version) -> {
          assertEquals("RetainExceptOnCreate", version.get("DeletionPolicy").textValue(), id);
          assertEquals("Retain", version.get("UpdateReplacePolicy").textValue(), id);
          assertEquals(
              "Documents", version.path("DependsOn").asText(), "no step before its document");
        });
  }

  @Test
  void namesItsMachinesByPrefixAndEnvironment() {
    for (String kind : MACHINES) {
      assertEquals(
          "crypto-robot_jack-robot-crypto-vision-com-" + kind,
          machine(kind).get("StateMachineName").textValue());
    }
    Map<String, String> longest =
        Map.of(
            "StackPrefix", "twenty-letters-stack",
            "Environment", "a-name-of-thirty-four.characters_x",
            "GitHubRepository", "acme/robot");
    Stack long34 = Stack.environment(longest);
    long34
        .present("AWS::StepFunctions::StateMachine")
        .values()
        .forEach(one -> atMost(80, one.at("/Properties/StateMachineName").textValue()));
    for (String role : List.of("DeployRole", "PlanRole")) {
      atMost(64, long34.resource(role).at("/Properties/RoleName").textValue());
    }
    atMost(
        128, long34.resource("InstanceProfile").at("/Properties/InstanceProfileName").textValue());
  }

  private static void atMost(int length, String name) {
    assertTrue(name.length() <= length, name + " has " + name.length() + " characters");
  }

  @Test
  void hasAHandlerAndARoleAndALogForEachFunction() {
    Map<String, ObjectNode> functions = deployer.present("AWS::Serverless::Function");
    assertEquals(9, functions.size(), () -> "functions: " + functions.keySet());
    functions.forEach(
        (id, function) -> {
          String name = id.replaceFirst("Function$", "");
          JsonNode properties = function.get("Properties");
          String handler = properties.get("Handler").textValue();
          assertEquals("cryptorobot.deployer.step." + name, handler, "one name finds them all");
          assertDoesNotThrow(() -> Class.forName(handler), handler + " is not in the jar");
          assertEquals(
              "arn:aws:iam::000000000000:role/crypto-robot-" + name + "Role",
              properties.get("Role").textValue());
          JsonNode log = deployer.resource(name + "LogGroup").get("Properties");
          assertEquals("/aws/lambda/crypto-robot-" + name, log.get("LogGroupName").textValue());
          assertTrue(
              Policies.texts(function.get("DependsOn")).contains(name + "LogGroup"),
              id + " may not create its log group");
          assertEquals("90", log.get("RetentionInDays").asText(), "logs have a retention");
        });
  }

  @Test
  void makesTheDocumentOfEveryStepUnderTheNameThatTheFunctionsUse() throws IOException {
    JsonNode names = Project.json(Project.file(DOCUMENTS + "names.json"));
    Set<String> wanted = new TreeSet<>();
    names.forEach(name -> wanted.add("crypto-robot-" + name.textValue()));
    Map<String, ObjectNode> documents = deployer.present("AWS::SSM::Document");
    assertEquals(
        wanted,
        documents.values().stream()
            .map(document -> document.at("/Properties/Name").textValue())
            .collect(Collectors.toCollection(TreeSet::new)));
    documents
        .values()
        .forEach(
            document ->
                assertEquals("RetainExceptOnCreate", document.get("DeletionPolicy").textValue()));
  }

  /** An execution that ends before the documents exist could not be read back. */
  @Test
  void waitsForTheDocumentsBeforeAnythingRunsThem() {
    assertTrue(
        Policies.texts(deployer.resource("ReportOutcomeFunction").get("DependsOn"))
            .contains("Documents"));
  }

  /**
   * Lambda checks the role when it makes the function. A separate policy of the role may not exist
   * yet.
   */
  @Test
  void letsARoleWriteToItsDeadLetterQueueFromItsCreation() {
    Map<String, ObjectNode> functions = deployer.present("AWS::Serverless::Function");
    functions
        .values()
        .removeIf(function -> function.at("/Properties/DeadLetterQueue").isMissingNode());
    assertEquals(Set.of("ReportOutcomeFunction"), functions.keySet());
    ObjectNode role = deployer.resource("ReportOutcomeRole");
    List<String> allowed = new ArrayList<>();
    role.at("/Properties/Policies")
        .forEach(
            policy ->
                policy
                    .at("/PolicyDocument/Statement")
                    .forEach(statement -> allowed.addAll(Policies.texts(statement.get("Action")))));
    assertTrue(allowed.contains("sqs:SendMessage"), allowed::toString);
  }

  /** "aws cloudformation package" uploads the whole folder for a function without its own. */
  @Test
  void namesTheCodeOfEachFunctionItself() {
    JsonNode template = Project.template(Project.file("template.yaml"));
    assertTrue(template.at("/Globals/Function/CodeUri").isMissingNode(), "no packager reads it");
    deployer
        .present("AWS::Serverless::Function")
        .forEach(
            (id, function) ->
                assertEquals(
                    "functions/target/functions.jar",
                    function.at("/Properties/CodeUri").asText(),
                    id));
  }

  /** IAM counts the characters of all inline policies of a role, without white space. */
  @Test
  void keepsEveryRoleWithinIamsLimits() {
    Map<String, String> longest =
        Map.of(
            "StackPrefix", "twenty-letters-stack",
            "Environment", "a-name-of-thirty-four.characters_x",
            "GitHubRepository", "a".repeat(39) + "/" + "b".repeat(100),
            "GitHubRepositoryIds",
                "a".repeat(39) + "@123456789012/" + "b".repeat(100) + "@123456789012",
            "ShipLogs", "true");
    for (Stack one :
        List.of(
            Stack.deployer(Map.of("StackPrefix", "twenty-letters-stack")),
            Stack.environment(longest))) {
      assertAll(
          one.present("AWS::IAM::Role").entrySet().stream()
              .map(
                  role ->
                      () -> {
                        int size = Policies.of(one, role.getKey()).size();
                        assertTrue(size <= 10_240, role.getKey() + " has policies of " + size);
                        int trust =
                            role.getValue()
                                .at("/Properties/AssumeRolePolicyDocument")
                                .toString()
                                .length();
                        assertTrue(
                            trust <= 2_048, role.getKey() + " has a trust policy of " + trust);
                      }));
    }
  }

  @Test
  void limitsEveryRoleByTheBoundaryThatTheStackIsGiven() {
    String boundary = "arn:aws:iam::000000000000:policy/boundary";
    for (String given : List.of("", boundary)) {
      Map<String, String> parameters =
          Map.of("PermissionsBoundary", given, "GitHubRepository", "acme/robot");
      for (Stack one :
          List.of(
              Stack.deployer(Map.of("PermissionsBoundary", given)),
              Stack.environment(parameters))) {
        Map<String, ObjectNode> roles = one.present("AWS::IAM::Role");
        assertTrue(roles.size() >= 5, roles.keySet()::toString);
        roles.forEach(
            (id, role) ->
                assertEquals(given, role.at("/Properties/PermissionsBoundary").asText(""), id));
      }
    }
  }

  @Test
  void schedulesOnlyRequestsThatTheStateMachinesAccept() {
    ObjectMapper json = new ObjectMapper();
    Map<String, ObjectNode> schedules = stack.present("AWS::Scheduler::Schedule");
    assertEquals(5, schedules.size(), schedules.keySet()::toString);
    schedules.forEach(
        (id, schedule) -> {
          JsonNode target = schedule.at("/Properties/Target");
          String arn = target.get("Arn").textValue();
          String machine = arn.substring(arn.lastIndexOf('-') + 1);
          JsonNode schema = Project.json(Project.file("statemachine/schema/" + machine + ".json"));
          assertDoesNotThrow(
              () -> JsonSchema.of(schema).apply(json.readTree(target.get("Input").textValue())),
              id + " sends what " + machine + " refuses");
          assertEquals(
              "arn:aws:sqs:eu-west-1:000000000000:crypto-robot-dead-letters",
              target.at("/DeadLetterConfig/Arn").textValue());
          assertTrue(target.at("/RetryPolicy/MaximumRetryAttempts").asInt() > 0, id);
        });
  }

  @Test
  void startsAndStopsTheInstanceAtItsTimesInItsZone() {
    String input =
        " {\"environment\": \"jack_robot.crypto-vision.com\", \"operation\": \"%s\","
            + " \"application_path\": \"/opt/crypto-robot\"}";
    assertEquals(
        Set.of(
            "cron(30 7 ? * MON-FRI *) Europe/Zurich" + input.formatted("start"),
            "cron(0 19 ? * MON-FRI *) Europe/Zurich" + input.formatted("stop")),
        stack.present("AWS::Scheduler::Schedule").values().stream()
            .map(schedule -> schedule.get("Properties"))
            .filter(schedule -> schedule.at("/Target/Arn").textValue().endsWith("-power"))
            .map(
                schedule ->
                    schedule.get("ScheduleExpression").textValue()
                        + " "
                        + schedule.get("ScheduleExpressionTimezone").textValue()
                        + " "
                        + schedule.at("/Target/Input").textValue())
            .collect(Collectors.toSet()));
  }

  @Test
  void makesNoScheduleAndNoInstanceByDefault() {
    Stack plain = Stack.environment(Map.of("WatchSchedule", "", "DailySchedule", ""));
    assertEquals(Map.of(), plain.present("AWS::Scheduler::Schedule"));
    assertEquals(Map.of(), plain.present("AWS::EC2::Instance"));
    assertEquals(Map.of(), plain.present("AWS::EC2::EIP"));
    assertTrue(
        plain.present().keySet().stream().noneMatch(Set.of("DeployRole", "PlanRole")::contains));
    assertEquals(Map.of(), Stack.deployer(Map.of()).present("AWS::IAM::OIDCProvider"));
  }

  @Test
  void givesAnInstanceInAPrivateSubnetNoAddress() {
    Map<String, String> parameters =
        Map.of("InstanceImageId", "ami-0123456789abcdef0", "PublicAddress", "false");
    Stack hidden = Stack.environment(parameters);
    assertEquals(1, hidden.present("AWS::EC2::Instance").size());
    assertEquals(Map.of(), hidden.present("AWS::EC2::EIP"));
  }

  @Test
  void reportsEveryEndOfEveryMachine() {
    JsonNode event =
        deployer
            .resource("ReportOutcomeFunction")
            .at("/Properties/Events/ExecutionEnded/Properties");
    assertEquals(
        Set.of("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"),
        Set.copyOf(Policies.texts(event.at("/Pattern/detail/status"))));
    String prefix = event.at("/Pattern/detail/stateMachineArn/0/prefix").textValue();
    assertEquals("arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot_", prefix);
    for (String kind : MACHINES) {
      String own = "arn:aws:states:eu-west-1:000000000000:stateMachine:";
      assertTrue(
          (own + machine(kind).get("StateMachineName").textValue()).startsWith(prefix), kind);
    }
    assertFalse(event.at("/DeadLetterConfig/Arn").isMissingNode(), "a lost report is kept");
  }

  @Test
  void startsItsInstancesSafe() {
    Map<String, ObjectNode> instances = stack.present("AWS::EC2::Instance");
    assertEquals(1, instances.size());
    instances
        .values()
        .forEach(
            instance -> {
              JsonNode properties = instance.get("Properties");
              assertTrue(properties.at("/BlockDeviceMappings/0/Ebs/Encrypted").asBoolean());
              assertEquals(
                  "RetainExceptOnCreate",
                  instance.get("DeletionPolicy").textValue(),
                  "a failed first creation leaves none");
              assertEquals("Retain", instance.get("UpdateReplacePolicy").textValue());
              assertEquals(
                  "1",
                  properties.at("/LaunchTemplate/Version").asText(),
                  "a changed launch template replaces no instance");
              Map<String, String> tags = new TreeMap<>();
              properties
                  .get("Tags")
                  .forEach(tag -> tags.put(tag.get("Key").asText(), tag.get("Value").asText()));
              assertEquals("jack_robot.crypto-vision.com", tags.get("crypto-robot:environment"));
              assertEquals("crypto-robot", tags.get("crypto-robot:stack"));
            });
    stack
        .present("AWS::EC2::EIP")
        .values()
        .forEach(
            address ->
                assertEquals(
                    "RetainExceptOnCreate",
                    address.get("DeletionPolicy").textValue(),
                    "a failed first creation leaves none"));
    stack
        .present("AWS::EC2::LaunchTemplate")
        .values()
        .forEach(
            settings ->
                assertEquals(
                    "required",
                    settings
                        .at("/Properties/LaunchTemplateData/MetadataOptions/HttpTokens")
                        .textValue()));
    stack
        .present("AWS::EC2::SecurityGroup")
        .values()
        .forEach(
            group -> {
              JsonNode inbound = group.at("/Properties/SecurityGroupIngress");
              assertEquals(1, inbound.size(), "no inbound port but the web one");
              assertEquals("5000", inbound.at("/0/FromPort").asText());
              assertEquals(
                  "127.0.0.1/32", inbound.at("/0/CidrIp").textValue(), "closed by default");
            });
  }

  @Test
  void explainsEveryWildcardResource() {
    for (String file : List.of("template.yaml", "environment.yaml")) {
      List<String> lines = Project.text(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).matches("\\s+Resource: \"\\*\"\\s*")) {
          String before = String.join("\n", lines.subList(Math.max(0, i - 28), i));
          assertTrue(
              before.contains("does not exist yet"),
              file + ":" + (i + 1) + " allows * without a reason");
        }
      }
    }
  }

  @Test
  void everyAlarmIsDocumentedAndNotifiesTheTopic() {
    String operations = Project.text("docs/operations.md");
    Map<String, ObjectNode> alarms = stack.present("AWS::CloudWatch::Alarm");
    assertEquals(6, alarms.size(), () -> "alarms: " + alarms.keySet());
    alarms.putAll(deployer.present("AWS::CloudWatch::Alarm"));
    assertEquals(6 + 1, alarms.size(), () -> "alarms: " + alarms.keySet());
    alarms.forEach(
        (id, alarm) -> {
          JsonNode properties = alarm.get("Properties");
          assertEquals(
              List.of("arn:aws:sns:eu-west-1:000000000000:crypto-robot-reports"),
              Policies.texts(properties.get("AlarmActions")));
          assertTrue(properties.has("MetricName"), id + " is about one metric");
          assertFalse(properties.has("Metrics"), id + " is silent if one of its metrics is");
          String name =
              properties
                  .get("AlarmName")
                  .textValue()
                  .replaceFirst("^crypto-robot(_jack_robot\\.crypto-vision\\.com)?-", "");
          assertTrue(
              operations.contains("`" + name + "`"), "docs/operations.md is silent on " + name);
        });
  }

  /**
   * A metric that was never published makes no alarm; a filter publishes 0 for every other line.
   */
  @Test
  void publishesEveryMetricOfTheLogsFromTheFirstLineOn() {
    Map<String, ObjectNode> filters = stack.present("AWS::Logs::MetricFilter");
    assertEquals(3, filters.size(), filters.keySet()::toString);
    Set<String> metrics = new TreeSet<>();
    filters.forEach(
        (id, filter) -> {
          JsonNode metric = filter.at("/Properties/MetricTransformations/0");
          assertEquals("0", metric.path("DefaultValue").asText(), id);
          metrics.add(metric.get("MetricName").textValue());
        });
    Set<String> watched =
        stack.present("AWS::CloudWatch::Alarm").values().stream()
            .map(alarm -> alarm.at("/Properties/MetricName").textValue())
            .filter(name -> name.startsWith("crypto-robot_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(metrics, watched);
  }

  @Test
  void noReadingRaisesTheAlarmOfAFailedRun() {
    assertEquals(
        "<WatchLogGroup.Arn>",
        machine("watch")
            .at("/LoggingConfiguration/Destinations/0/CloudWatchLogsLogGroup/LogGroupArn")
            .textValue());
    for (String kind : List.of("deploy", "power", "migrate")) {
      assertEquals(
          "<StateMachineLogGroup.Arn>",
          machine(kind)
              .at("/LoggingConfiguration/Destinations/0/CloudWatchLogsLogGroup/LogGroupArn")
              .textValue());
    }
    assertEquals(
        "<StateMachineLogGroup>",
        stack.resource("RunFailedFilter").at("/Properties/LogGroupName").textValue());
    Set<String> deploys = operations("deploy");
    Set<String> readings = operations("watch");
    assertTrue(readings.containsAll(Set.of("status", "plan")), readings::toString);
    assertTrue(Collections.disjoint(deploys, readings), deploys::toString);
    // A plan of a branch that does not exist is no reason to look at an instance either.
    assertEquals(
        "{ ($.type = \"FailStateEntered\" && $.details.name = \"WatchFailed\")"
            + " || $.type = \"ExecutionTimedOut\" }",
        stack.resource("WatchFailedFilter").at("/Properties/FilterPattern").textValue());
  }

  private static Set<String> operations(String machine) {
    Set<String> operations = new TreeSet<>();
    Json.tree(Project.text("statemachine/schema/" + machine + ".json"))
        .orElseThrow()
        .at("/properties/operation/enum")
        .forEach(operation -> operations.add(operation.textValue()));
    return operations;
  }

  @Test
  void explainsEveryErrorName() throws IOException {
    String operations = Project.text("docs/operations.md");
    Set<String> names =
        found(
            "static final class (\\w+)",
            Project.text(
                "functions/src/main/java/cryptorobot/deployer/failure/DeploymentFailure.java"));
    assertTrue(names.size() > 30, () -> "the family of failures was not read: " + names);
    for (String machine : List.of("deploy", "power", "watch", "migrate")) {
      JsonNode definition =
          new YAMLMapper().readTree(Project.text("statemachine/" + machine + ".asl.yaml"));
      definition
          .get("States")
          .forEach(
              state -> {
                if (state.get("Type").textValue().equals("Fail")) {
                  names.add(state.get("Error").textValue());
                }
              });
    }
    assertAll(
        names.stream()
            .map(
                name ->
                    () ->
                        assertTrue(
                            operations.contains("`" + name + "`"),
                            "docs/operations.md is silent on " + name)));
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult result) -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
