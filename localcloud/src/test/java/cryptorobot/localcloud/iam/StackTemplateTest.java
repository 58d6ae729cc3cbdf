package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.iam.policy.Grant;
import cryptorobot.localcloud.iam.policy.ResourcePattern;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.template.StackRoles;
import cryptorobot.localcloud.iam.template.StackTemplate;
import cryptorobot.localcloud.iam.template.TemplateRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The supported parts of a template; everything else is refused. */
class StackTemplateTest {
  /** An environment's stack has a profile with the role of its instance. */
  private static final String ENVIRONMENT =
      """
      Resources:
        InstanceRole:
          Type: AWS::IAM::Role
          Properties: {}
        Profile:
          Type: AWS::IAM::InstanceProfile
          Properties: {Roles: [!Ref InstanceRole]}
      """;

  @TempDir private Path folder;

  private static String role(String statement) {
    return """
        Resources:
          Worker:
            Type: AWS::IAM::Role
            Properties:
              RoleName: !Sub ${StackPrefix}-worker
              Policies:
                - PolicyName: p
                  PolicyDocument:
                    Version: "2012-10-17"
                    Statement:
                      - %s
        """
        .formatted(statement);
  }

  private StackRoles read(String template, String... environments) throws IOException {
    Files.writeString(folder.resolve("template.yaml"), template);
    return new StackTemplate(folder, new Account("eu-west-1"), "robot")
        .roles(List.of(environments));
  }

  private Role worker(String template) throws IOException {
    return read(template).others().get("robot-worker");
  }

  @Test
  void readsAStatement() throws IOException {
    Role worker =
        worker(
            role(
                "{Sid: A, Effect: Allow, Action: [a:B, a:C], Resource: !Sub"
                    + " 'arn:${AWS::Partition}:a:${AWS::Region}:${AWS::AccountId}:x/${StackPrefix}'}"));
    String arn = "arn:aws:a:eu-west-1:000000000000:x/robot";
    assertEquals(
        List.of(new Grant("Worker", "A", "a:B", arn), new Grant("Worker", "A", "a:C", arn)),
        worker.grants());
  }

  @Test
  void showsEnvironmentsAsOne() throws IOException {
    Files.writeString(
        folder.resolve("environment.yaml"),
        ENVIRONMENT
            + role("{Sid: E, Effect: Allow, Action: a:D, Resource: !Sub"
                    + " ['arn:aws:a:::x/${Id}', {Id: !Join ['-', !Split ['.', !Ref Environment]]}]}")
                .replaceFirst("Resources:\n", "")
                .replace("RoleName: !Sub ${StackPrefix}-worker", "RoleName: !Ref Environment"));
    StackRoles roles =
        read(role("{Sid: A, Effect: Allow, Action: a:B, Resource: '*'}"), "a.b", "c_d");
    assertEquals(
        List.of("arn:aws:a:::x/a-b", "arn:aws:a:::x/c_d"),
        Stream.of("a.b", "c_d")
            .map(name -> roles.others().get(name).statements().getFirst().resources().getFirst())
            .map(ResourcePattern::pattern)
            .toList());
    for (String name : List.of("a.b", "c_d")) {
      assertEquals(
          List.of(new Grant("Worker", "E", "a:D", "arn:aws:a:::x/${Environment}")),
          roles.others().get(name).grants(),
          "reports do not depend on the names of environments");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  Fn::ForEach::More:\n    - X\n    - [a, b]\n    - {}\n",
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n",
      })
  void refusesLoopsAndIncludes(String more) {
    TemplateRefused refused =
        assertThrows(
            TemplateRefused.class,
            () -> read(role("{Sid: A, Effect: Allow, Action: a:B, Resource: '*'}") + more));
    assertTrue(refused.getMessage().contains("not a resource"), refused.getMessage());
  }

  /** A boundary would limit the role further than its statements. */
  @Test
  void readsARoleWhoseBoundaryHasNoValue() throws IOException {
    String boundary =
        "      PermissionsBoundary: !If [HasBoundary, !Ref Boundary, !Ref AWS::NoValue]\n";
    String role = role("{Sid: A, Effect: Allow, Action: a:B, Resource: '*'}") + boundary;
    for (String value : List.of("", "arn:aws:iam::aws:policy/ReadOnlyAccess")) {
      String template =
          "Parameters: {Boundary: {Type: String, Default: '%s'}}\n".formatted(value)
              + "Conditions: {HasBoundary: !Not [!Equals [!Ref Boundary, '']]}\n"
              + role;
      if (value.isEmpty()) {
        assertEquals(1, worker(template).statements().size());
      } else {
        assertThrows(TemplateRefused.class, () -> read(template));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{Sid: A, Effect: Allow, NotAction: a:B, Resource: '*'}",
        "{Sid: A, Effect: Allow, Action: a:B, NotResource: '*'}",
        "{Sid: A, Effect: Perhaps, Action: a:B, Resource: '*'}",
        "{Effect: Allow, Action: a:B, Resource: '*'}",
        "{Sid: A, Effect: Allow, Action: a:B}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: my-bucket}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: 'arn:aws:a:::${aws:username}'}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !Sub 'arn:aws:a:::${!aws:username}'}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !Sub 'arn:aws:a:::${Nothing}'}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !Ref Nothing}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !GetAtt Worker.RoleId}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !If [X, '*', '*']}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: !ImportValue x}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: '*', Condition: {Bool: {aws:SecureTransport: true}}}",
        "{Sid: A, Effect: Allow, Action: a:B, Resource: '*', Condition: {StringEquals: {aws:username: me}}}",
        "{Sid: A, Effect: Allow, Action: a:B, Action: a:C, Resource: '*'}",
      })
  void refusesWhatIsNotFullySupported(String statement) {
    TemplateRefused refused = assertThrows(TemplateRefused.class, () -> read(role(statement)));
    assertTrue(refused.getMessage().contains("template.yaml"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n",
        "      PermissionsBoundary: arn:aws:iam::aws:policy/ReadOnlyAccess\n",
        "  More:\n    Type: AWS::IAM::Policy\n    Properties: {}\n",
        "  F:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: f, Role: !GetAtt"
            + " Worker.Arn, Policies: [AdministratorAccess]}\n",
      })
  void refusesPoliciesFromElsewhere(String more) {
    assertThrows(
        TemplateRefused.class,
        () -> read(role("{Sid: A, Effect: Allow, Action: a:B, Resource: '*'}") + more));
  }

  /** The packagers accept it; CloudFormation supports only the full name. */
  @Test
  void refusesTheShortFormOfToJsonString() {
    String more =
        "  Topic:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: !ToJsonString [a]}\n";
    TemplateRefused refused =
        assertThrows(
            TemplateRefused.class,
            () -> read(role("{Sid: A, Effect: Allow, Action: a:B, Resource: '*'}") + more));
    assertTrue(refused.getMessage().contains("!ToJsonString"), refused.getMessage());
  }

  @Test
  void readsTheRolesOfThisProject() {
    StackRoles roles = ProjectRoles.of("crypto-robot", "one.local", "jack_robot.crypto-vision.com");
    assertEquals(9, roles.functions().size(), () -> roles.functions().keySet().toString());
    assertEquals(2 * 4, roles.machines().size(), () -> roles.machines().keySet().toString());
    assertEquals(2, roles.instances().size(), () -> roles.instances().keySet().toString());
    roles.all().forEach(role -> assertTrue(!role.statements().isEmpty(), role.name()));
  }
}
