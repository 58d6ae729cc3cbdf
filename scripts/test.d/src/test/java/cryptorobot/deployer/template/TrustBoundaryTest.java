package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two stacks in one account: neither may do to the other's environments what it may do to its own.
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

  private final Stack staging =
      Stack.of(
          Map.of(
              "StackPrefix", "crypto-robot-staging",
              "Environments", "staging.local,second.local",
              "GitHubOidcProvider", "use",
              "GitHubSubjects",
                  "repo:acme/robot:environment:staging.local,repo:acme@1/robot@2:environment:second.local"));

  private Policies role(String function) {
    return Policies.of(staging, function + "Role");
  }

  private static Map<String, String> tagged(String key, String environment) {
    return Map.of(key + "/crypto-robot:environment", environment);
  }

  @ParameterizedTest
  @CsvSource({"StartInstance,ec2:StartInstances", "StopInstance,ec2:StopInstances"})
  void switchesItsOwnInstancesOnly(String function, String action) {
    assertTrue(role(function).allow(action, INSTANCE, tagged("aws:ResourceTag", "staging.local")));
    assertTrue(role(function).allow(action, INSTANCE, tagged("aws:ResourceTag", "second.local")));
    assertFalse(
        role(function)
            .allow(action, INSTANCE, tagged("aws:ResourceTag", "jack_robot.crypto-vision.com")));
    assertFalse(role(function).allow(action, INSTANCE, Map.of()), "an instance without the tag");
    for (String other : FUNCTIONS) {
      if (!other.equals(function)) {
        assertFalse(
            role(other).allow(action, INSTANCE, tagged("aws:ResourceTag", "staging.local")), other);
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
    assertTrue(role.allow("ssm:SendCommand", INSTANCE, tagged("ssm:resourceTag", "staging.local")));
    assertFalse(
        role.allow(
            "ssm:SendCommand",
            INSTANCE,
            tagged("ssm:resourceTag", "jack_robot.crypto-vision.com")));
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
    "DeployRolestaginglocal, secretsmanager:GetSecretValue, keys"
  })
  void refusesNoMissingSecretOfItsOwnWhateverIamEvaluates(String role, String action, String kind) {
    Policies policies = Policies.of(staging, role);
    for (String own : forms("crypto-robot-staging/staging.local/" + kind)) {
      for (String key : forms("crypto-robot-staging/staging.local/" + kind)) {
        assertTrue(
            policies.allow(action, own, Map.of("secretsmanager:SecretId", key)),
            own + " with the key " + key);
      }
    }
    for (String name :
        List.of(
            "crypto-robot/jack_robot.crypto-vision.com/" + kind,
            "crypto-robot-staging/unlisted.local/" + kind,
            "crypto-robot-staging/staging.locals/" + kind)) {
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
    String stack = "EnvironmentOfstaginglocal";
    Policies instance = Policies.of(staging, stack + "/InstanceRole");
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
        instance.allow("ssm:SendCommand", INSTANCE, tagged("ssm:resourceTag", "staging.local")));
  }

  @Test
  void letsAnInstanceWriteItsOwnLogOnlyWhenLogsAreShipped() {
    String own = "arn:aws:logs:eu-west-1:000000000000:log-group:/crypto-robot/instance/one.local:x";
    String others = own.replace("one.local", "two.local");
    for (String ships : List.of("true", "false")) {
      Stack stack = Stack.of(Map.of("Environments", "one.local,two.local", "ShipLogs", ships));
      Policies instance = Policies.of(stack, "EnvironmentOfonelocal/InstanceRole");
      assertEquals(
          ships.equals("true"),
          instance.allow("logs:PutLogEvents", own, Map.of()),
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
                  "states:DescribeExecution", execution("crypto-robot-staging-deploy"), Map.of()));
      assertFalse(
          role(function)
              .allow("states:DescribeExecution", execution("crypto-robot-deploy"), Map.of()));
    }
  }

  @Test
  void letsGitHubOperateOnlyTheEnvironmentItsTokenNames() {
    JsonNode trust =
        staging
            .resource("DeployRolestaginglocal")
            .at("/Properties/AssumeRolePolicyDocument/Statement/0");
    assertEquals("sts:AssumeRoleWithWebIdentity", trust.get("Action").textValue());
    JsonNode token = trust.at("/Condition/StringEquals");
    assertEquals(1, trust.get("Condition").size(), "exact comparison only");
    assertEquals(
        "staging.local", token.get("token.actions.githubusercontent.com:environment").textValue());
    assertEquals(
        "sts.amazonaws.com", token.get("token.actions.githubusercontent.com:aud").textValue());
    assertEquals(
        List.of(
            "repo:acme/robot:environment:staging.local",
            "repo:acme@1/robot@2:environment:second.local"),
        Policies.texts(token.get("token.actions.githubusercontent.com:sub")));

    Policies role = Policies.of(staging, "DeployRolestaginglocal");
    assertTrue(
        role.allow("states:StartExecution", machine("crypto-robot-staging-deploy"), Map.of()));
    assertFalse(
        role.allow("states:StartExecution", machine("crypto-robot-deploy"), Map.of()),
        "production");
    assertTrue(
        role.allow(
            "secretsmanager:PutSecretValue",
            secret("crypto-robot-staging/staging.local/keys"),
            Map.of()));
    for (String other :
        List.of(
            "crypto-robot-staging/second.local/keys",
            "crypto-robot-staging/staging.local/certificate",
            "crypto-robot/jack_robot.crypto-vision.com/keys")) {
      assertFalse(role.allow("secretsmanager:PutSecretValue", secret(other), Map.of()), other);
      assertFalse(role.allow("secretsmanager:GetSecretValue", secret(other), Map.of()), other);
    }
    int session =
        staging.resource("DeployRolestaginglocal").at("/Properties/MaxSessionDuration").asInt();
    assertTrue(session > 10_800, "credentials outlast the deploy machine's own timeout");
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
