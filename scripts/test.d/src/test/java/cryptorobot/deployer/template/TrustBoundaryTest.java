package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two deployers in one account, and the environments of one of them: none may do to another what it
 * may do to its own.
 */
class TrustBoundaryTest {
  private static final String INSTANCE =
      "arn:aws:ec2:eu-west-1:000000000000:instance/i-0123456789abcdef0";
  private static final List<String> FUNCTIONS =
      List.of(
          "PlanDeployment",
          "StartInstance",
          "StopInstance",
          "RunDeployStep",
          "InjectKeys",
          "ValidateCertificate",
          "CheckHealth",
          "NotifyChange",
          "ReportOutcome");

  private final Stack staging = Stack.deployer(Map.of("StackPrefix", "crypto-robot-staging"));
  private final Stack own = environment("staging.local", Map.of());

  /** An environment of the same deployer. */
  private static Stack environment(String name, Map<String, String> more) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("StackPrefix", "crypto-robot-staging");
    parameters.put("Environment", name);
    parameters.put("GitHubRepository", "acme/robot");
    parameters.putAll(more);
    return Stack.environment(parameters);
  }

  private Policies role(String function) {
    return Policies.of(staging, function + "Role");
  }

  private static Map<String, String> tagged(String key, String stack) {
    return Map.of(key + "/crypto-robot:stack", stack, key + "/crypto-robot:environment", "a.local");
  }

  @ParameterizedTest
  @CsvSource({"StartInstance,ec2:StartInstances", "StopInstance,ec2:StopInstances"})
  void switchesItsOwnInstancesOnly(String function, String action) {
    String key = "aws:ResourceTag";
    assertTrue(role(function).allow(action, INSTANCE, tagged(key, "crypto-robot-staging")));
    assertFalse(role(function).allow(action, INSTANCE, tagged(key, "crypto-robot")));
    assertFalse(
        role(function)
            .allow(action, INSTANCE, Map.of(key + "/crypto-robot:environment", "staging.local")),
        "an instance without the tag of the stack");
    for (String other : FUNCTIONS) {
      if (!other.equals(function)) {
        assertFalse(
            role(other).allow(action, INSTANCE, tagged(key, "crypto-robot-staging")), other);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RunDeployStep",
        "InjectKeys",
        "ValidateCertificate",
        "CheckHealth",
        "ReportOutcome"
      })
  void commandsItsOwnInstancesOnly(String function) {
    Policies role = role(function);
    String key = "ssm:resourceTag";
    assertTrue(role.allow("ssm:SendCommand", INSTANCE, tagged(key, "crypto-robot-staging")));
    assertFalse(role.allow("ssm:SendCommand", INSTANCE, tagged(key, "crypto-robot")));
    assertFalse(role.allow("ssm:SendCommand", INSTANCE, Map.of()), "an instance without tags");
    assertFalse(
        role.allow("ssm:SendCommand", document("AWS-RunShellScript", ""), Map.of()),
        "any command at all");
  }

  /** The handlers decide which function runs which step. Every step is run by a function. */
  @Test
  void sendsEachStepFromItsOwnFunctionOnly() {
    Map<String, String> special =
        Map.of(
            "inject-keys",
            "InjectKeys",
            "validate-certificate",
            "ValidateCertificate",
            "check-health",
            "CheckHealth");
    JsonNode names = Project.json(Project.file("functions/target/classes/documents/names.json"));
    names
        .properties()
        .forEach(
            step -> {
              Set<String> allowed = new TreeSet<>();
              for (String function : FUNCTIONS) {
                String own = document("crypto-robot-staging-", step.getValue().textValue());
                if (role(function).allow("ssm:SendCommand", own, Map.of())) {
                  allowed.add(function);
                }
                String others = document("crypto-robot-", step.getValue().textValue());
                assertFalse(
                    role(function).allow("ssm:SendCommand", others, Map.of()),
                    "the other stack's " + step.getKey());
              }
              Set<String> wanted = new TreeSet<>();
              wanted.add(special.getOrDefault(step.getKey(), "RunDeployStep"));
              if (step.getKey().equals("read-status")) {
                wanted.add("ReportOutcome");
              }
              if (step.getKey().startsWith("install-")) {
                wanted.addAll(special.values());
                wanted.add("ReportOutcome");
              }
              assertEquals(wanted, allowed, "functions that may run " + step.getKey());
            });
  }

  @Test
  void noFunctionReadsASecret() {
    for (String function : FUNCTIONS) {
      for (String kind : List.of("keys", "certificate", "repository")) {
        String own = secret("crypto-robot-staging/staging.local/" + kind);
        assertFalse(
            role(function).allow("secretsmanager:GetSecretValue", own, Map.of()),
            function + " " + kind);
        String others = secret("crypto-robot/jack_robot.crypto-vision.com/" + kind);
        assertFalse(
            role(function).allow("secretsmanager:GetSecretValue", others, Map.of()),
            function + " " + kind);
        String unlisted = secret("crypto-robot-staging/unlisted.local/" + kind);
        assertFalse(
            role(function).allow("secretsmanager:GetSecretValue", unlisted, Map.of()),
            function + " " + kind);
      }
    }
  }

  /**
   * It is not documented what IAM evaluates for a missing secret: the resource, and also the
   * condition key, may be its name, or its ARN without the six random characters.
   */
  @ParameterizedTest
  @CsvSource({
    "PlanDeploymentRole, secretsmanager:DescribeSecret, keys",
    "PlanDeploymentRole, secretsmanager:DescribeSecret, certificate",
    "PlanDeploymentRole, secretsmanager:DescribeSecret, repository",
    "DeployRole, secretsmanager:GetSecretValue, keys"
  })
  void refusesNoMissingSecretOfItsOwnWhateverIamEvaluates(String role, String action, String kind) {
    boolean github = role.equals("DeployRole");
    Policies policies = Policies.of(github ? own : staging, role);
    for (String form : forms("crypto-robot-staging/staging.local/" + kind)) {
      for (String key : forms("crypto-robot-staging/staging.local/" + kind)) {
        assertTrue(
            policies.allow(action, form, Map.of("secretsmanager:SecretId", key)),
            form + " with the key " + key);
      }
    }
    List<String> foreign = new ArrayList<>();
    foreign.add("crypto-robot/jack_robot.crypto-vision.com/" + kind);
    foreign.add("crypto-robot-staging2/staging.local/" + kind);
    if (github) {
      foreign.add("crypto-robot-staging/second.local/" + kind);
      foreign.add("crypto-robot-staging/staging.locals/" + kind);
    }
    for (String name : foreign) {
      for (String other : forms(name)) {
        for (String key : forms(name)) {
          assertFalse(
              policies.allow(action, other, Map.of("secretsmanager:SecretId", key)),
              other + " with the key " + key);
        }
      }
    }
    assertTrue(policies.allow("secretsmanager:ListSecrets", "*", Map.of()), "the list is allowed");
  }

  private static List<String> forms(String name) {
    return List.of(name, secret(name), secret(name).replaceFirst("-a1B2c3$", ""));
  }

  @Test
  void givesAnInstanceOnlyItsOwnThreeSecrets() {
    Policies instance = Policies.of(own, "InstanceRole");
    for (String kind : List.of("keys", "certificate", "repository")) {
      assertTrue(
          instance.allow(
              "secretsmanager:GetSecretValue",
              secret("crypto-robot-staging/staging.local/" + kind),
              Map.of()));
      assertFalse(
          instance.allow(
              "secretsmanager:GetSecretValue",
              secret("crypto-robot-staging/second.local/" + kind),
              Map.of()),
          "its neighbour's");
      assertFalse(
          instance.allow(
              "secretsmanager:PutSecretValue",
              secret("crypto-robot-staging/staging.local/" + kind),
              Map.of()));
    }
    assertFalse(
        instance.allow(
            "ssm:GetParameter", "arn:aws:ssm:eu-west-1:000000000000:parameter/any", Map.of()));
    assertFalse(
        instance.allow(
            "ssm:SendCommand", INSTANCE, tagged("ssm:resourceTag", "crypto-robot-staging")));
  }

  @Test
  void letsAnInstanceWriteItsOwnLogOnlyWhenLogsAreShipped() {
    String log =
        "arn:aws:logs:eu-west-1:000000000000:log-group:/crypto-robot-staging/instance/one.local:x";
    String others = log.replace("one.local", "two.local");
    for (String ships : List.of("true", "false")) {
      Policies instance =
          Policies.of(environment("one.local", Map.of("ShipLogs", ships)), "InstanceRole");
      assertEquals(
          ships.equals("true"),
          instance.allow("logs:PutLogEvents", log, Map.of()),
          "ShipLogs " + ships);
      assertFalse(instance.allow("logs:PutLogEvents", others, Map.of()), "its neighbour's");
    }
  }

  @Test
  void describesNoExecutionsOfTheOtherStack() {
    for (String function : List.of("RunDeployStep", "ReportOutcome")) {
      assertTrue(
          role(function)
              .allow(
                  "states:DescribeExecution",
                  execution("crypto-robot-staging_a-local-deploy"),
                  Map.of()));
      assertFalse(
          role(function)
              .allow(
                  "states:DescribeExecution",
                  execution("crypto-robot_staging-a-local-deploy"),
                  Map.of()));
    }
  }

  private static JsonNode trust(Stack stack, String role) {
    JsonNode trust = stack.resource(role).at("/Properties/AssumeRolePolicyDocument/Statement/0");
    assertEquals("sts:AssumeRoleWithWebIdentity", trust.get("Action").textValue());
    assertEquals(1, trust.get("Condition").size(), "exact comparison only");
    JsonNode token = trust.at("/Condition/StringEquals");
    assertEquals(
        "sts.amazonaws.com", token.get("token.actions.githubusercontent.com:aud").textValue());
    return token;
  }

  @Test
  void letsGitHubOperateOnlyTheEnvironmentItsTokenNames() {
    JsonNode token = trust(own, "DeployRole");
    assertEquals(
        "staging.local", token.get("token.actions.githubusercontent.com:environment").textValue());
    assertEquals(
        List.of("repo:acme/robot:environment:staging.local"),
        Policies.texts(token.get("token.actions.githubusercontent.com:sub")));
    Stack immutable = environment("staging.local", Map.of("GitHubRepositoryIds", "acme@1/robot@2"));
    assertEquals(
        List.of(
            "repo:acme/robot:environment:staging.local",
            "repo:acme@1/robot@2:environment:staging.local"),
        Policies.texts(
            trust(immutable, "DeployRole").get("token.actions.githubusercontent.com:sub")));

    Policies role = Policies.of(own, "DeployRole");
    for (String kind : List.of("deploy", "power", "watch", "migrate")) {
      String machine = "crypto-robot-staging_staging-local-" + kind;
      assertTrue(role.allow("states:StartExecution", machine(machine), Map.of()), kind);
      assertTrue(role.allow("states:GetExecutionHistory", execution(machine), Map.of()), kind);
      for (String other :
          List.of(
              "crypto-robot-staging_second-local-" + kind,
              "crypto-robot-staging_staging-local2-" + kind,
              "crypto-robot_staging-local-" + kind,
              "crypto-robot-staging-" + kind)) {
        assertFalse(role.allow("states:StartExecution", machine(other), Map.of()), other);
        assertFalse(role.allow("states:DescribeExecution", execution(other), Map.of()), other);
        assertFalse(role.allow("states:GetExecutionHistory", execution(other), Map.of()), other);
      }
    }
    for (String kind : List.of("keys", "telegram")) {
      String secret = secret("crypto-robot-staging/staging.local/" + kind);
      assertTrue(role.allow("secretsmanager:PutSecretValue", secret, Map.of()), kind);
    }
    for (String other :
        List.of(
            "crypto-robot-staging/second.local/keys",
            "crypto-robot-staging/second.local/telegram",
            "crypto-robot-staging/staging.local/certificate",
            "crypto-robot-staging/staging.local/repository",
            "crypto-robot/jack_robot.crypto-vision.com/keys")) {
      assertFalse(role.allow("secretsmanager:PutSecretValue", secret(other), Map.of()), other);
      assertFalse(role.allow("secretsmanager:GetSecretValue", secret(other), Map.of()), other);
    }
    int session = own.resource("DeployRole").at("/Properties/MaxSessionDuration").asInt();
    assertTrue(session > 10_800, "credentials outlast the deploy machine's own timeout");
  }

  @Test
  void letsAPullRequestPlanAndNothingElse() {
    JsonNode token = trust(own, "PlanRole");
    assertEquals(
        List.of("repo:acme/robot:pull_request"),
        Policies.texts(token.get("token.actions.githubusercontent.com:sub")));
    Policies role = Policies.of(own, "PlanRole");
    String own = "crypto-robot-staging_staging-local-";
    assertTrue(role.allow("states:StartExecution", machine(own + "watch"), Map.of()));
    assertTrue(role.allow("states:DescribeExecution", execution(own + "watch"), Map.of()));
    for (String kind : List.of("deploy", "power", "migrate")) {
      assertFalse(role.allow("states:StartExecution", machine(own + kind), Map.of()), kind);
      assertFalse(role.allow("states:DescribeExecution", execution(own + kind), Map.of()), kind);
    }
    String keys = secret("crypto-robot-staging/staging.local/keys");
    for (String action : List.of("GetSecretValue", "PutSecretValue", "DescribeSecret")) {
      assertFalse(role.allow("secretsmanager:" + action, keys, Map.of()), action);
    }
  }

  /** Names that differ by punctuation alone are refused because the machines exist already. */
  @Test
  void makesTheRolesForGitHubAfterTheMachines() {
    JsonNode template = Project.template(Project.file("environment.yaml"));
    for (String role : List.of("DeployRole", "PlanRole")) {
      JsonNode start =
          template.at("/Resources/" + role + "/Properties/Policies/0/PolicyDocument/Statement/0");
      assertEquals("states:StartExecution", start.get("Action").textValue());
      assertTrue(
          start.get("Resource").findValuesAsText("Ref").contains("WatchStateMachine"),
          role + " depends on it: " + start);
    }
  }

  private static String secret(String name) {
    return "arn:aws:secretsmanager:eu-west-1:000000000000:secret:" + name + "-a1B2c3";
  }

  private static String document(String prefix, String name) {
    return "arn:aws:ssm:eu-west-1:000000000000:document/" + prefix + name;
  }

  private static String execution(String machine) {
    return "arn:aws:states:eu-west-1:000000000000:execution:" + machine + ":run-1";
  }

  private static String machine(String name) {
    return "arn:aws:states:eu-west-1:000000000000:stateMachine:" + name;
  }
}
