package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the roles of one environment may not do to another environment: of the same deployer, of
 * another deployer whose prefix begins with the same name, and of a name that differs only by
 * punctuation.
 */
class EnvironmentBoundaryTest {
  private static final String STATES = "arn:aws:states:eu-west-1:000000000000:";

  @TempDir private Path folder;

  /** An environment, and another that its roles must not reach. */
  private record Pair(String prefix, String own, String otherPrefix, String other) {
    @Override
    public String toString() {
      return prefix + "/" + own + " on " + otherPrefix + "/" + other;
    }
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
            new Pair("crypto-robot", "staging.local", "crypto-robot", "production.local"),
            new Pair("crypto-robot", "production.local", "crypto-robot", "staging.local"),
            new Pair("crypto-robot", "a.b", "crypto-robot", "a.bc"),
            new Pair("crypto-robot", "a.bc", "crypto-robot", "a.b"),
            new Pair("crypto-robot-staging", "a.b", "crypto-robot", "a.b"),
            new Pair("crypto-robot", "a.b", "crypto-robot-staging", "a.b"),
            new Pair("crypto-robot", "staging-a.b", "crypto-robot-staging", "a.b"),
            new Pair("crypto-robot-staging", "a.b", "crypto-robot", "staging-a.b"))
        .map(Arguments::of);
  }

  private EnforcerFixture stacks(Pair pair) {
    String[] environments =
        pair.prefix.equals(pair.otherPrefix)
            ? new String[] {pair.own, pair.other}
            : new String[] {pair.own};
    return new EnforcerFixture(folder.resolve(pair.prefix), pair.prefix, environments);
  }

  private static String id(String environment) {
    return environment.replaceAll("[^A-Za-z0-9]", "-");
  }

  private static String role(Pair pair, String kind) {
    return pair.prefix + "_" + id(pair.own) + "-" + kind;
  }

  private static String machine(String prefix, String environment, String kind) {
    return "{'stateMachineArn': '%sstateMachine:%s_%s-%s'}"
        .formatted(STATES, prefix, id(environment), kind);
  }

  private static String execution(String prefix, String environment, String kind) {
    return "{'executionArn': '%sexecution:%s_%s-%s:run-1'}"
        .formatted(STATES, prefix, id(environment), kind);
  }

  private static String secret(String prefix, String environment, String kind) {
    return "{'SecretId': '%s/%s/%s'}".formatted(prefix, environment, kind);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void startsAndFollowsItsOwnFourMachinesOnly(Pair pair) {
    EnforcerFixture stacks = stacks(pair);
    String github = stacks.keyOf(role(pair, "github"));
    for (String kind : new String[] {"deploy", "power", "watch", "migrate"}) {
      stacks.isAllowed(github, "states:StartExecution", machine(pair.prefix, pair.own, kind));
      stacks.isRefused(
          github, "states:StartExecution", machine(pair.otherPrefix, pair.other, kind));
      for (String action : new String[] {"DescribeExecution", "GetExecutionHistory"}) {
        stacks.isAllowed(github, "states:" + action, execution(pair.prefix, pair.own, kind));
        stacks.isRefused(github, "states:" + action, execution(pair.otherPrefix, pair.other, kind));
      }
      stacks.isRefused(
          github, "states:StopExecution", execution(pair.otherPrefix, pair.other, kind));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void writesItsOwnKeysOnly(Pair pair) {
    EnforcerFixture stacks = stacks(pair);
    String github = stacks.keyOf(role(pair, "github"));
    for (String kind : new String[] {"keys", "telegram"}) {
      stacks.isAllowed(
          github, "secretsmanager:PutSecretValue", secret(pair.prefix, pair.own, kind));
      stacks.isAllowed(
          github, "secretsmanager:GetSecretValue", secret(pair.prefix, pair.own, kind));
    }
    for (String kind : new String[] {"certificate", "repository"}) {
      for (String action : new String[] {"GetSecretValue", "PutSecretValue"}) {
        stacks.isRefused(github, "secretsmanager:" + action, secret(pair.prefix, pair.own, kind));
      }
    }
    for (String action : new String[] {"GetSecretValue", "PutSecretValue", "DescribeSecret"}) {
      for (String kind : new String[] {"keys", "telegram", "certificate", "repository"}) {
        stacks.isRefused(
            github, "secretsmanager:" + action, secret(pair.otherPrefix, pair.other, kind));
      }
    }
    stacks.isAllowed(
        github,
        "secretsmanager:CreateSecret",
        "{'Name': '%s/%s/keys'}".formatted(pair.prefix, pair.own));
    for (String name :
        new String[] {
          pair.otherPrefix + "/" + pair.other + "/keys",
          pair.otherPrefix + "/" + pair.other + "/telegram",
          pair.prefix + "/" + pair.own + "2/keys",
          pair.prefix + "/" + pair.own + "/certificate",
          pair.prefix + "/" + pair.own + "/repository"
        }) {
      stacks.isRefused(github, "secretsmanager:CreateSecret", "{'Name': '%s'}".formatted(name));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aPullRequestPlansAndDoesNothingElse(Pair pair) {
    EnforcerFixture stacks = stacks(pair);
    String plan = stacks.keyOf(role(pair, "plan"));
    stacks.isAllowed(plan, "states:StartExecution", machine(pair.prefix, pair.own, "watch"));
    stacks.isAllowed(plan, "states:DescribeExecution", execution(pair.prefix, pair.own, "watch"));
    stacks.isRefused(plan, "states:StartExecution", machine(pair.otherPrefix, pair.other, "watch"));
    for (String kind : new String[] {"deploy", "power", "migrate"}) {
      stacks.isRefused(plan, "states:StartExecution", machine(pair.prefix, pair.own, kind));
      stacks.isRefused(plan, "states:DescribeExecution", execution(pair.prefix, pair.own, kind));
    }
    for (String action : new String[] {"GetSecretValue", "PutSecretValue", "DescribeSecret"}) {
      stacks.isRefused(plan, "secretsmanager:" + action, secret(pair.prefix, pair.own, "keys"));
    }
    stacks.isRefused(plan, "ssm:SendCommand", "{'DocumentName': 'd', 'InstanceIds': ['i-5']}");
    stacks.isRefused(plan, "lambda:InvokeFunction", "{'FunctionName': 'f:1'}");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aMigrationRunsItsOwnDeployMachineOnly(Pair pair) {
    EnforcerFixture stacks = stacks(pair);
    String machines = stacks.keyOfMachines(pair.own);
    stacks.isAllowed(machines, "states:StartExecution", machine(pair.prefix, pair.own, "deploy"));
    stacks.isRefused(
        machines, "states:StartExecution", machine(pair.otherPrefix, pair.other, "deploy"));
    stacks.isRefused(
        machines, "states:StopExecution", execution(pair.otherPrefix, pair.other, "deploy"));
    if (!pair.prefix.equals(pair.otherPrefix)) {
      stacks.isRefused(
          machines,
          "lambda:InvokeFunction",
          "{'FunctionName': 'arn:aws:lambda:eu-west-1:000000000000:function:%s-InjectKeys:7'}"
              .formatted(pair.otherPrefix));
    }
  }

  @Test
  void anInstanceReadsItsOwnSecretsAlsoWhenANameDiffersOnlyByPunctuation() {
    EnforcerFixture stacks = new EnforcerFixture(folder, "crypto-robot", "a.b", "a-b");
    for (String kind : new String[] {"keys", "certificate", "repository"}) {
      String dot = secret("crypto-robot", "a.b", kind);
      String hyphen = secret("crypto-robot", "a-b", kind);
      stacks.isAllowed(EnforcerFixture.keyOfInstance("i-1"), "secretsmanager:GetSecretValue", dot);
      stacks.isRefused(
          EnforcerFixture.keyOfInstance("i-1"), "secretsmanager:GetSecretValue", hyphen);
      stacks.isAllowed(
          EnforcerFixture.keyOfInstance("i-2"), "secretsmanager:GetSecretValue", hyphen);
      stacks.isRefused(EnforcerFixture.keyOfInstance("i-2"), "secretsmanager:GetSecretValue", dot);
      stacks.isRefused(
          EnforcerFixture.keyOfInstance("i-1"),
          "secretsmanager:GetSecretValue",
          secret("crypto-robot-staging", "a.b", kind));
    }
  }

  /**
   * Their machines and roles would have the same names, so CloudFormation and the local cloud
   * refuse the second of the two stacks.
   */
  @Test
  void namesThatDifferOnlyByPunctuationAreTheNamesOfTheSameMachines() {
    assertEquals(
        ProjectRoles.of("crypto-robot", "a.b").machines().keySet(),
        ProjectRoles.of("crypto-robot", "a-b").machines().keySet());
  }

  @Test
  void theFunctionsOfStagingReachNothingOfProduction() {
    EnforcerFixture staging = new EnforcerFixture(folder, "crypto-robot-staging", "a.b");
    String prefix = "crypto-robot-staging-";
    staging.isRefused(
        staging.keyOf(prefix + "PlanDeployment"),
        "secretsmanager:DescribeSecret",
        secret("crypto-robot", "a.b", "keys"));
    staging.isRefused(
        staging.keyOf(prefix + "RunDeployStep"),
        "states:DescribeExecution",
        execution("crypto-robot", "staging-a.b", "deploy"));
    staging.isRefused(
        staging.keyOf(prefix + "RunDeployStep"),
        "ssm:SendCommand",
        "{'DocumentName': 'crypto-robot-roll-back-0123456789ab', 'InstanceIds': ['i-5']}");
    staging.isRefused(
        staging.keyOf(prefix + "StopInstance"), "ec2:StopInstances", "{'InstanceId.1': 'i-9'}");
    staging.isAllowed(
        staging.keyOf(prefix + "StopInstance"), "ec2:StopInstances", "{'InstanceId.1': 'i-5'}");
  }
}
