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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final String DOCUMENTS = "functions/target/classes/documents/";

  private final Stack stack =
      Stack.of(
          Map.of(
              "Environments", "crypto-robot.local,jack_robot.crypto-vision.com",
              "GitHubOidcProvider", "use",
              "PowerSchedules",
                  "jack_robot.crypto-vision.com start 07:30 MON-FRI Europe/Zurich,"
                      + "jack_robot.crypto-vision.com stop 19:00 MON-FRI Europe/Zurich,"
                      + "crypto-robot.local stop 22:05 * UTC",
              "NotificationEmail", "robots@example.com",
              "InstanceImageId", "ami-0123456789abcdef0",
              "VpcId", "vpc-0123456789abcdef0",
              "SubnetId", "subnet-0123456789abcdef0"));

  @ParameterizedTest
  @ValueSource(strings = {"Deploy", "Power", "Watch", "Migrate"})
  void givesEachStateMachineThePublishedVersionsItNames(String machine) {
    JsonNode properties = stack.resource(machine + "StateMachine").get("Properties");
    String file = properties.get("DefinitionUri").textValue();
    Set<String> named = found("\\$\\{([A-Za-z]+)}", Project.text(file));
    JsonNode given = properties.get("DefinitionSubstitutions");
    Set<String> substituted = new TreeSet<>();
    given.fieldNames().forEachRemaining(substituted::add);
    assertEquals(named, substituted, file + " names these functions");
    for (String function : named) {
      if (function.endsWith("StateMachine")) {
        String name = function.replaceFirst("StateMachine$", "").toLowerCase(Locale.ROOT);
        assertEquals(
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-" + name,
            given.get(function).textValue());
        continue;
      }
      String name = function.replaceFirst("Function$", "");
      assertEquals(
          "arn:aws:lambda:eu-west-1:000000000000:function:crypto-robot-" + name + ":1",
          given.get(function).textValue(),
          "a version, so that a running execution keeps its code");
    }
  }

  @Test
  void hasAHandlerAndARoleAndALogForEachFunction() {
    Map<String, ObjectNode> functions = stack.present("AWS::Serverless::Function");
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
          JsonNode log = stack.resource(name + "LogGroup").get("Properties");
          assertEquals("90", log.get("RetentionInDays").asText(), "logs have a retention");
        });
  }

  @Test
  void makesTheDocumentOfEveryStepUnderTheNameThatTheFunctionsUse() throws IOException {
    JsonNode names = Project.json(Project.file(DOCUMENTS + "names.json"));
    Set<String> wanted = new TreeSet<>();
    names.forEach(name -> wanted.add("crypto-robot-" + name.textValue()));
    Map<String, ObjectNode> documents = stack.present("AWS::SSM::Document");
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

  /** An execution that starts before the documents exist would fail. */
  @Test
  void waitsForTheDocumentsBeforeAnythingRunsThem() {
    stack
        .present("AWS::Serverless::StateMachine")
        .forEach((id, machine) -> assertEquals("Documents", machine.path("DependsOn").asText()));
    assertEquals("Documents", stack.resource("ReportOutcomeFunction").path("DependsOn").asText());
  }

  /**
   * Lambda checks the role when it makes the function. A separate policy of the role may not exist
   * yet.
   */
  @Test
  void letsARoleWriteToItsDeadLetterQueueFromItsCreation() {
    Map<String, ObjectNode> functions = stack.present("AWS::Serverless::Function");
    functions
        .values()
        .removeIf(function -> function.at("/Properties/DeadLetterQueue").isMissingNode());
    assertEquals(Set.of("ReportOutcomeFunction"), functions.keySet());
    ObjectNode role = stack.resource("ReportOutcomeRole");
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
    stack
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
  void keepsEveryRoleWithinIamsLimitForTenEnvironments() {
    String name = "a-name-of-thirty-four-characters-";
    Stack ten =
        Stack.of(
            Map.of(
                "StackPrefix", "twenty-letters-stack",
                "GitHubOidcProvider", "use",
                "Environments",
                    IntStream.range(0, 10)
                        .mapToObj(i -> name + i)
                        .collect(Collectors.joining(","))));
    assertAll(
        ten.present("AWS::IAM::Role").keySet().stream()
            .map(
                role ->
                    () -> {
                      int size = Policies.of(ten, role).size();
                      assertTrue(size <= 10_240, role + " has policies of " + size + " characters");
                    }));
  }

  @Test
  void schedulesOnlyRequestsThatTheStateMachinesAccept() {
    ObjectMapper json = new ObjectMapper();
    Map<String, ObjectNode> schedules = stack.present("AWS::Scheduler::Schedule");
    assertEquals(3 + 2 * 3, schedules.size(), () -> "two environments: " + schedules.keySet());
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
  void startsAndStopsEachEnvironmentAtItsOwnTimesInItsOwnZone() {
    assertEquals(
        Set.of(
            "cron(30 07 ? * MON-FRI *) Europe/Zurich"
                + " {\"environment\": \"jack_robot.crypto-vision.com\", \"operation\": \"start\"}",
            "cron(00 19 ? * MON-FRI *) Europe/Zurich"
                + " {\"environment\": \"jack_robot.crypto-vision.com\", \"operation\": \"stop\"}",
            "cron(05 22 ? * * *) UTC"
                + " {\"environment\": \"crypto-robot.local\", \"operation\": \"stop\"}"),
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jack.local stop 7:30 MON-FRI UTC",
        "jack.local stop 24:00 * UTC",
        "jack.local restart 07:30 * UTC",
        "jack.local stop 07:30 MO UTC",
        "jack.local stop 07:30 *",
        "stop 07:30 * UTC"
      })
  void refusesAnInvalidSchedule(String schedule) {
    String pattern =
        Project.template(Project.file("template.yaml"))
            .at("/Parameters/PowerSchedules/AllowedPattern")
            .textValue();
    assertFalse(schedule.matches(pattern), schedule);
    assertTrue("jack.local stop 07:30 MON-FRI UTC".matches(pattern), pattern);
  }

  @Test
  void makesNoScheduleAndNoInstanceByDefault() {
    Stack plain = Stack.of(Map.of("WatchSchedule", "", "DailySchedule", ""));
    assertEquals(Map.of(), plain.present("AWS::Scheduler::Schedule"));
    assertEquals(Map.of(), plain.present("AWS::EC2::Instance"));
    assertEquals(Map.of(), plain.present("AWS::IAM::OIDCProvider"));
    assertTrue(plain.present().keySet().stream().noneMatch(id -> id.startsWith("DeployRole")));
  }

  @Test
  void reportsEveryEndOfEveryMachine() {
    JsonNode event =
        stack.resource("ReportOutcomeFunction").at("/Properties/Events/ExecutionEnded/Properties");
    assertEquals(
        Set.of("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"),
        Set.copyOf(Policies.texts(event.at("/Pattern/detail/status"))));
    assertEquals(
        List.of(
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy",
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-power",
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-watch",
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-migrate"),
        Policies.texts(event.at("/Pattern/detail/stateMachineArn")));
    assertFalse(event.at("/DeadLetterConfig/Arn").isMissingNode(), "a lost report is kept");
  }

  @Test
  void startsItsInstancesSafe() {
    Map<String, ObjectNode> instances = stack.present("AWS::EC2::Instance");
    assertEquals(2, instances.size());
    instances
        .values()
        .forEach(
            instance -> {
              JsonNode properties = instance.get("Properties");
              assertTrue(properties.at("/BlockDeviceMappings/0/Ebs/Encrypted").asBoolean());
              assertEquals("Retain", instance.get("DeletionPolicy").textValue());
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
    for (String file : List.of("template.yaml", "scripts/aws/environment.yaml")) {
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
    assertEquals(6 + 3 * 2, alarms.size(), () -> "alarms: " + alarms.keySet());
    alarms.forEach(
        (id, alarm) -> {
          JsonNode properties = alarm.get("Properties");
          assertEquals(
              List.of("arn:aws:sns:eu-west-1:000000000000:crypto-robot-reports"),
              Policies.texts(properties.get("AlarmActions")));
          String name =
              properties
                  .get("AlarmName")
                  .textValue()
                  .replaceFirst("^crypto-robot-", "")
                  .replaceFirst("-(crypto-robot\\.local|jack_robot\\.crypto-vision\\.com)$", "");
          assertTrue(
              operations.contains("`" + name + "`"), "docs/operations.md is silent on " + name);
        });
  }

  @Test
  void noReadingRaisesTheAlarmOfTheDeployMachine() {
    JsonNode alarm = stack.resource("DeployFailedAlarm").at("/Properties/Metrics");
    for (JsonNode metric : alarm) {
      if (metric.has("MetricStat")) {
        assertEquals(
            "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy",
            metric.at("/MetricStat/Metric/Dimensions/0/Value").textValue());
      }
    }
    Set<String> deploys = operations("deploy");
    Set<String> readings = operations("watch");
    assertTrue(readings.containsAll(Set.of("status", "plan")), readings::toString);
    assertTrue(Collections.disjoint(deploys, readings), deploys::toString);
    // A plan of a branch that does not exist is no reason to look at an instance either.
    assertEquals(
        "{ $.type = \"FailStateEntered\" && $.details.name = \"WatchFailed\" }",
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
