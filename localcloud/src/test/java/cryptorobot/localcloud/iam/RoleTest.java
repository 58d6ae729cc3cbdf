package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Condition;
import cryptorobot.localcloud.iam.policy.Decision;
import cryptorobot.localcloud.iam.policy.Grant;
import cryptorobot.localcloud.iam.policy.ResourcePattern;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.policy.Statement;
import cryptorobot.localcloud.iam.policy.Statement.Effect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policy evaluation as documented by IAM. */
class RoleTest {
  private static final String INSTANCE = "arn:aws:ec2:eu-west-1:000000000000:instance/i-1";
  private static final Condition STAGING =
      new Condition(
          Condition.Operator.STRING_EQUALS, "aws:ResourceTag/environment", List.of("staging"));

  private static Statement statement(
      Effect effect, String action, String resource, Condition... conditions) {
    return new Statement(
        "S",
        effect,
        List.of(action),
        List.of(new ResourcePattern(resource, resource)),
        List.of(conditions));
  }

  private static Decision evaluate(AccessRequest request, Statement... statements) {
    return new Role("role", "Role", List.of(statements)).evaluate(request);
  }

  private static void allowed(Decision decision) {
    assertInstanceOf(Decision.Allowed.class, decision);
  }

  @Test
  void allowsNothingByDefault() {
    assertEquals(
        new Decision.Denied(false), evaluate(AccessRequest.of("ec2:StopInstances", INSTANCE)));
  }

  @Test
  void namesTheGrantThatAllows() {
    assertEquals(
        new Decision.Allowed(List.of(new Grant("Role", "S", "ec2:Stop*", "*"))),
        evaluate(
            AccessRequest.of("ec2:StopInstances", INSTANCE),
            statement(Effect.ALLOW, "ec2:Stop*", "*")));
  }

  @Test
  void deniesWhatAnyStatementDenies() {
    assertEquals(
        new Decision.Denied(true),
        evaluate(
            AccessRequest.of("ec2:StopInstances", INSTANCE),
            statement(Effect.ALLOW, "*", "*"),
            statement(Effect.DENY, "ec2:StopInstances", INSTANCE)));
    allowed(
        evaluate(
            AccessRequest.of("ec2:StartInstances", INSTANCE),
            statement(Effect.ALLOW, "*", "*"),
            statement(Effect.DENY, "ec2:StopInstances", INSTANCE)));
  }

  @ParameterizedTest
  @CsvSource({
    "ssm:SendCommand, ssm:SendCommand, true",
    "SSM:sendcommand, ssm:SendCommand, true",
    "ssm:Send*, ssm:SendCommand, true",
    "*, ssm:SendCommand, true",
    "ssm:?endCommand, ssm:SendCommand, true",
    "ssm:SendCommand, ssm:SendCommands, false",
    "ssm:SendComman?, ssm:SendComman, false",
    "ssm:*, secretsmanager:GetSecretValue, false",
    "s.m:SendCommand, ssm:SendCommand, false",
  })
  void comparesActionsWithoutCaseAndWithWildcards(String pattern, String action, boolean fits) {
    assertEquals(
        fits,
        evaluate(AccessRequest.of(action, "*"), statement(Effect.ALLOW, pattern, "*"))
            instanceof Decision.Allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "a:b:secretsmanager:r:1:secret:x/keys-??????, a:b:secretsmanager:r:1:secret:x/keys-AbC123, true",
    "a:b:secretsmanager:r:1:secret:x/keys-??????, a:b:secretsmanager:r:1:secret:x/keys-AbC12, false",
    "a:b:secretsmanager:r:1:secret:x/keys-??????, a:b:secretsmanager:r:1:secret:x/Keys-AbC123, false",
    "a:b:secretsmanager:r:1:secret:x/keys-??????, a:b:secretsmanager:r:2:secret:x/keys-AbC123, false",
    "a:b:states:r:1:execution:deploy:*, a:b:states:r:1:execution:deploy:x:y, true",
    "a:b:states:*:execution:deploy, a:b:states:r:1:execution:deploy, false",
    "a:b:lambda:r:1:function:f:*, a:b:lambda:r:1:function:f:7, true",
    "a:b:lambda:r:1:function:f:*, a:b:lambda:r:1:function:f, false",
    "a:b:ec2:r:1:instance/*, *, false",
    "*, *, true",
    "*, crypto-robot/x/keys, true",
    "a:b:secretsmanager:r:1:*, crypto-robot/x/keys, false",
  })
  void comparesArnsPartByPart(String pattern, String resource, boolean fits) {
    assertEquals(
        fits,
        evaluate(AccessRequest.of("any:Thing", resource), statement(Effect.ALLOW, "*", pattern))
            instanceof Decision.Allowed);
  }

  @Test
  void requiresEveryCondition() {
    Statement staging = statement(Effect.ALLOW, "*", "*", STAGING);
    allowed(
        evaluate(
            new AccessRequest(
                "ec2:StopInstances", INSTANCE, Map.of("AWS:resourcetag/Environment", "staging")),
            staging));
    assertEquals(
        new Decision.Denied(false),
        evaluate(
            new AccessRequest(
                "ec2:StopInstances", INSTANCE, Map.of("aws:ResourceTag/environment", "Staging")),
            staging));
    assertEquals(
        new Decision.Denied(false),
        evaluate(AccessRequest.of("ec2:StopInstances", INSTANCE), staging),
        "without the tag");
  }

  @Test
  void matchesWildcardsOnlyInStringLike() {
    AccessRequest request =
        new AccessRequest("a:B", "*", Map.of("aws:ResourceTag/environment", "staging-2"));
    Condition like =
        new Condition(
            Condition.Operator.STRING_LIKE, "aws:ResourceTag/environment", List.of("x", "stag*"));
    Condition equals = new Condition(Condition.Operator.STRING_EQUALS, like.key(), like.values());
    allowed(evaluate(request, statement(Effect.ALLOW, "*", "*", like)));
    assertEquals(
        new Decision.Denied(false), evaluate(request, statement(Effect.ALLOW, "*", "*", equals)));
  }
}
