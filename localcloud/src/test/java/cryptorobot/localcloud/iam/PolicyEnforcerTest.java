package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Identity and role of callers, the errors of refusals, and the access log. */
class PolicyEnforcerTest {
  private static final String STATUS = "crypto-robot-read-status-0123456789ab";
  private static final String PRODUCTION =
      "{'DocumentName': '" + STATUS + "', 'InstanceIds': ['i-9']}";

  @TempDir private Path folder;
  private EnforcerFixture stack;

  @BeforeEach
  void open() {
    stack = new EnforcerFixture(folder, "crypto-robot", "staging.local");
  }

  @Test
  void refusesWithTheErrorOfJsonServices() {
    ApiError error =
        stack.isRefused(stack.keyOf("crypto-robot-RunDeployStep"), "ssm:SendCommand", PRODUCTION);
    assertEquals(400, error.status());
    assertEquals("AccessDeniedException", error.code());
    assertEquals(
        "User: arn:aws:sts::000000000000:assumed-role/crypto-robot-RunDeployStep/crypto-robot-RunDeployStep"
            + " is not authorized to perform: ssm:SendCommand on resource:"
            + " arn:aws:ec2:eu-west-1:000000000000:instance/i-9 because no identity-based policy"
            + " allows the ssm:SendCommand action",
        error.getMessage());
  }

  @Test
  void refusesWithTheErrorOfEc2() {
    ApiError error =
        stack.isRefused(
            stack.keyOf("crypto-robot-StartInstance"),
            "ec2:StartInstances",
            "{'InstanceId.1': 'i-9'}");
    assertEquals(403, error.status());
    assertEquals("UnauthorizedOperation", error.code());
    assertTrue(
        error.getMessage().startsWith("You are not authorized to perform this operation. User: "),
        error.getMessage());
  }

  @Test
  void refusesWithTheErrorOfSns() {
    ApiError error =
        stack.isRefused(
            stack.keyOf("crypto-robot-ReportOutcome"),
            "sns:Publish",
            "{'TopicArn': 'arn:aws:sns:eu-west-1:000000000000:other'}");
    assertEquals(403, error.status());
    assertEquals("AuthorizationError", error.code());
    assertTrue(error.getMessage().contains("perform: SNS:Publish on"), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {
        "states:ListStateMachines | {} | arn:aws:states:eu-west-1:000000000000:*",
        "lambda:ListFunctions | {} | arn:aws:lambda:eu-west-1:000000000000:*",
        "lambda:GetFunction | {'FunctionName': 'f'} | arn:aws:lambda:eu-west-1:000000000000:function:f",
        "lambda:GetFunctionConfiguration | {'FunctionName': 'f'} |"
            + " arn:aws:lambda:eu-west-1:000000000000:function:f",
        "secretsmanager:RestoreSecret | {'SecretId': 'x/keys'} | x/keys",
        "SNS:ListTopics | {} | arn:aws:sns:eu-west-1:000000000000:*",
      })
  void evaluatesTheResourceOfARequest(String action, String request, String resource) {
    String key = stack.keyOf("crypto-robot-ReportOutcome");
    ApiError error = stack.isRefused(key, action.replace("SNS:", "sns:"), request);
    assertTrue(
        error.getMessage().contains("perform: " + action + " on resource: " + resource + " "),
        error.getMessage());
  }

  @Test
  void letsTheOperatorDoEverything() {
    stack.isAllowed(EnforcerFixture.OPERATOR, "ssm:SendCommand", PRODUCTION);
    stack.isAllowed(EnforcerFixture.OPERATOR, "secretsmanager:DeleteSecret", "{'SecretId': 'x'}");
  }

  @Test
  void refusesUnknownCredentials() {
    for (String key : new String[] {"ASIAIOSFODNN7EXAMPLE", "AKIAMADEUP", "local"}) {
      ApiError error = stack.isRefused(key, "ec2:DescribeInstances", "{}");
      assertEquals("UnrecognizedClientException", error.code());
      assertEquals(403, error.status());
    }
  }

  @Test
  void letsOnlyTheOperatorAssumeRolesAndOnlyThoseOfTheStack() {
    String role = "{'RoleArn': 'arn:aws:iam::000000000000:role/crypto-robot_staging-local-github'}";
    stack.isAllowed(EnforcerFixture.OPERATOR, "sts:AssumeRole", role);
    ApiError missing =
        stack.isRefused(
            EnforcerFixture.OPERATOR, "sts:AssumeRole", role.replace("staging", "elsewhere"));
    assertEquals("AccessDenied", missing.code());
    for (String key :
        new String[] {
          stack.keyOf("crypto-robot-RunDeployStep"),
          stack.keyOf("crypto-robot_staging-local-github"),
          EnforcerFixture.keyOfInstance("i-5")
        }) {
      assertEquals("AccessDenied", stack.isRefused(key, "sts:AssumeRole", role).code());
    }
  }

  @Test
  void letsEveryCallerGetItsIdentity() {
    stack.isAllowed(stack.keyOf("crypto-robot-CheckHealth"), "sts:GetCallerIdentity", "{}");
  }

  @Test
  void anInstanceReadsItsOwnSecretsAndNothingElse() {
    String instance = EnforcerFixture.keyOfInstance("i-5");
    for (String kind : new String[] {"keys", "certificate", "repository"}) {
      stack.isAllowed(
          instance,
          "secretsmanager:GetSecretValue",
          "{'SecretId': 'crypto-robot/staging.local/" + kind + "'}");
      stack.isRefused(
          instance,
          "secretsmanager:GetSecretValue",
          "{'SecretId': 'crypto-robot/production.local/" + kind + "'}");
    }
    stack.isRefused(
        instance,
        "secretsmanager:PutSecretValue",
        "{'SecretId': 'crypto-robot/staging.local/keys'}");
    stack.isRefused(instance, "ssm:SendCommand", PRODUCTION.replace("i-9", "i-5"));
    stack.isRefused(instance, "ec2:DescribeInstances", "{}");
    stack.isRefused(
        instance,
        "states:StartExecution",
        "{'stateMachineArn': 'arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot_staging-local-deploy'}");
    assertTrue(
        stack
            .isRefused(instance, "ec2:DescribeInstances", "{}")
            .getMessage()
            .contains("assumed-role/crypto-robot-instance/i-5 "),
        "its id is used");
  }

  @Test
  void theStateMachinesInvokeVersionsOfTheirFunctionsOnly() {
    String machine = stack.keyOfMachines("staging.local");
    String function = "arn:aws:lambda:eu-west-1:000000000000:function:crypto-robot-";
    stack.isAllowed(
        machine, "lambda:InvokeFunction", "{'FunctionName': '" + function + "InjectKeys:7'}");
    stack.isRefused(
        machine, "lambda:InvokeFunction", "{'FunctionName': '" + function + "InjectKeys'}");
    stack.isRefused(
        machine, "lambda:InvokeFunction", "{'FunctionName': '" + function + "ReportOutcome:7'}");
    stack.isRefused(
        machine,
        "lambda:InvokeFunction",
        "{'FunctionName': '" + function.replace("crypto-robot-", "production-") + "InjectKeys:7'}");
  }

  @Test
  void namedRolesCanBeAssumed() {
    String github = stack.keyOf("crypto-robot_staging-local-github");
    stack.isAllowed(
        github,
        "states:StartExecution",
        "{'stateMachineArn': 'arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot_staging-local-deploy'}");
    stack.isAllowed(
        github, "secretsmanager:PutSecretValue", "{'SecretId': 'crypto-robot/staging.local/keys'}");
    stack.isRefused(
        github,
        "secretsmanager:PutSecretValue",
        "{'SecretId': 'crypto-robot/staging.local/certificate'}");
    stack.isRefused(github, "ssm:SendCommand", PRODUCTION);
  }

  @Test
  void keepsUsedAndRefusedCallsAcrossARestart() {
    String step = stack.keyOf("crypto-robot-RunDeployStep");
    stack.isAllowed(step, "ssm:SendCommand", PRODUCTION.replace("i-9", "i-5"));
    stack.isRefused(step, "ssm:SendCommand", PRODUCTION);

    JsonNode report = new EnforcerFixture(folder, "crypto-robot", "staging.local").report.get();
    assertEquals(1, report.path("denied").size(), report::toString);
    assertEquals(
        "arn:aws:ec2:eu-west-1:000000000000:instance/i-9",
        report.at("/denied/0/resource").asText());
    assertEquals(2, report.path("used").size(), report::toString);
    assertTrue(statements(report, "used").contains("OwnInstances"), report::toString);
    assertTrue(statements(report, "unused").contains("IsTheLockOwnerFinished"), report::toString);
    for (JsonNode used : report.path("used")) {
      for (JsonNode unused : report.path("unused")) {
        assertTrue(!used.equals(unused), () -> "both used and unused: " + used);
      }
    }
  }

  private static String statements(JsonNode report, String list) {
    return StreamSupport.stream(report.path(list).spliterator(), false)
        .map(grant -> grant.path("statement").asText())
        .toList()
        .toString();
  }
}
