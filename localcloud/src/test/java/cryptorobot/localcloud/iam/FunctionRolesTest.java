package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two stacks in one account, {@code staging} and {@code production}: each function may make its
 * calls in its own stack and none in the other.
 */
class FunctionRolesTest {
  private static final Pattern CALL = Pattern.compile("\"([a-z0-9]+:[A-Z][A-Za-z]+)\"");

  /** The AWS calls of a function; % is the stack, # its instance. */
  private enum Use {
    KEYS_VERSION("PlanDeployment", "secretsmanager:DescribeSecret", secret("keys")),
    CERTIFICATE_VERSION("PlanDeployment", "secretsmanager:DescribeSecret", secret("certificate")),
    REPOSITORY_VERSION("PlanDeployment", "secretsmanager:DescribeSecret", secret("repository")),
    START("StartInstance", "ec2:StartInstances", "{'InstanceId.1': '#'}"),
    STOP("StopInstance", "ec2:StopInstances", "{'InstanceId.1': '#'}"),
    DEPLOY_RELEASE("RunDeployStep", "ssm:SendCommand", step("deploy-release")),
    ACQUIRE_LOCK("RunDeployStep", "ssm:SendCommand", step("acquire-lock")),
    RELEASE_LOCK("RunDeployStep", "ssm:SendCommand", step("release-lock")),
    INSPECT_HOST("RunDeployStep", "ssm:SendCommand", step("inspect-host")),
    ACTIVATE_RELEASE("RunDeployStep", "ssm:SendCommand", step("activate-release")),
    CONFIRM_RELEASE("RunDeployStep", "ssm:SendCommand", step("confirm-release")),
    ROLL_BACK("RunDeployStep", "ssm:SendCommand", step("roll-back")),
    DISCARD_RELEASE("RunDeployStep", "ssm:SendCommand", step("discard-release")),
    READ_STATUS("RunDeployStep", "ssm:SendCommand", step("read-status")),
    READ_HEALTH("RunDeployStep", "ssm:SendCommand", step("read-health")),
    READ_CRASHES("RunDeployStep", "ssm:SendCommand", step("read-crashes")),
    READ_LOGS("RunDeployStep", "ssm:SendCommand", step("read-logs")),
    RECORD_NOTICE("RunDeployStep", "ssm:SendCommand", step("record-notice")),
    TAKE_INVENTORY("RunDeployStep", "ssm:SendCommand", step("take-inventory")),
    ADOPT_SETTINGS("RunDeployStep", "ssm:SendCommand", step("adopt-settings")),
    COMPARE_HEALTH("RunDeployStep", "ssm:SendCommand", step("compare-health")),
    REMOVE_CONTAINERS("RunDeployStep", "ssm:SendCommand", step("remove-containers")),
    UNDO_MIGRATION("RunDeployStep", "ssm:SendCommand", step("undo-migration")),
    LOCK_OWNER("RunDeployStep", "states:DescribeExecution", execution("deploy")),
    DECLARED_VERSION("PlanDeployment", "secretsmanager:DescribeSecret", secret("telegram")),
    RECORDED_VERSION("InjectKeys", "secretsmanager:DescribeSecret", secret("telegram")),
    INJECT_KEYS("InjectKeys", "ssm:SendCommand", step("inject-keys")),
    VALIDATE_CERTIFICATE("ValidateCertificate", "ssm:SendCommand", step("validate-certificate")),
    CHECK_HEALTH("CheckHealth", "ssm:SendCommand", step("check-health")),
    READ_BACK("ReportOutcome", "ssm:SendCommand", step("read-status")),
    DEPLOY_ENDED("ReportOutcome", "states:DescribeExecution", execution("deploy")),
    POWER_ENDED("ReportOutcome", "states:DescribeExecution", execution("power")),
    WATCH_ENDED("ReportOutcome", "states:DescribeExecution", execution("watch")),
    WATCHED_BEFORE(
        "ReportOutcome",
        "states:ListExecutions",
        "{'stateMachineArn': '" + arn("states", "stateMachine:%_%-local-watch") + "'}"),
    NOTIFY_CHANGE("NotifyChange", "sns:Publish", "{'TopicArn': '" + arn("sns", "%-reports") + "'}"),
    MIGRATION_ENDED("ReportOutcome", "states:DescribeExecution", execution("migrate")),
    NOTIFY("ReportOutcome", "sns:Publish", "{'TopicArn': '" + arn("sns", "%-reports") + "'}");

    private final String function;
    private final String action;
    private final String request;

    Use(String function, String action, String request) {
      this.function = function;
      this.action = action;
      this.request = request;
    }

    String within(String stack) {
      String instance = stack.equals("staging") ? "i-5" : "i-9";
      return request.replace("%", stack).replace("#", instance);
    }

    private static String arn(String service, String resource) {
      return "arn:aws:" + service + ":eu-west-1:000000000000:" + resource;
    }

    private static String secret(String kind) {
      return "{'SecretId': '%/%.local/" + kind + "'}";
    }

    private static String step(String name) {
      return "{'DocumentName': '%-" + name + "-0123456789ab', 'InstanceIds': ['#']}";
    }

    private static String execution(String machine) {
      return "{'executionArn': '" + arn("states", "execution:%_%-local-" + machine + ":x") + "'}";
    }
  }

  /** Read operations without resource-level permissions. */
  private record Reading(String function, String action) {}

  static Stream<Reading> readings() {
    return Stream.of(
        new Reading("PlanDeployment", "secretsmanager:ListSecrets"),
        new Reading("InjectKeys", "secretsmanager:ListSecrets"),
        new Reading("StartInstance", "ec2:DescribeInstances"),
        new Reading("StartInstance", "ssm:DescribeInstanceInformation"),
        new Reading("StopInstance", "ec2:DescribeInstances"),
        new Reading("RunDeployStep", "ssm:GetCommandInvocation"),
        new Reading("RunDeployStep", "ssm:ListCommands"),
        new Reading("InjectKeys", "ssm:GetCommandInvocation"),
        new Reading("InjectKeys", "ssm:ListCommands"),
        new Reading("ValidateCertificate", "ssm:GetCommandInvocation"),
        new Reading("ValidateCertificate", "ssm:ListCommands"),
        new Reading("CheckHealth", "ssm:GetCommandInvocation"),
        new Reading("CheckHealth", "ssm:ListCommands"),
        new Reading("ReportOutcome", "ec2:DescribeInstances"),
        new Reading("ReportOutcome", "ssm:GetCommandInvocation"),
        new Reading("ReportOutcome", "ssm:ListCommands"));
  }

  @TempDir private Path folder;

  private EnforcerFixture stack(String name) {
    return new EnforcerFixture(folder.resolve(name), name, name + ".local");
  }

  @ParameterizedTest
  @EnumSource
  void mayDoWhatItDoesInItsOwnStack(Use use) {
    EnforcerFixture staging = stack("staging");
    staging.isAllowed(staging.keyOf("staging-" + use.function), use.action, use.within("staging"));
  }

  @ParameterizedTest
  @EnumSource
  void canDoNothingInTheOtherStack(Use use) {
    EnforcerFixture staging = stack("staging");
    staging.isRefused(
        staging.keyOf("staging-" + use.function), use.action, use.within("production"));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ALL,
      names = "(?!NOTIFY.*|WATCHED_BEFORE|.*_ENDED|LOCK_OWNER).*")
  void canDoNothingOnAnInstanceThatIsNotOfItsStack(Use use) {
    EnforcerFixture staging = stack("staging");
    staging.isRefused(
        staging.keyOf("staging-" + use.function),
        use.action,
        use.request
            .replace("%/%.local", "staging-2/staging.local")
            .replace("%", "staging")
            .replace("#", "i-9"));
  }

  @ParameterizedTest
  @MethodSource("readings")
  void mayReadWhatItReads(Reading reading) {
    EnforcerFixture staging = stack("staging");
    staging.isAllowed(staging.keyOf("staging-" + reading.function), reading.action, "{}");
  }

  @Test
  void noFunctionMayMakeTheCallsOfAnother() {
    EnforcerFixture staging = stack("staging");
    for (Use use : Use.values()) {
      for (Use other : Use.values()) {
        boolean does =
            Arrays.stream(Use.values())
                .anyMatch(
                    own ->
                        own.function.equals(other.function)
                            && own.action.equals(use.action)
                            && own.request.equals(use.request));
        // A power execution may own the lock too, so RunDeployStep may describe it.
        boolean lockOwner =
            other.function.equals("RunDeployStep") && use.action.equals(Use.LOCK_OWNER.action);
        // A release may name any secret, and the policy has no list of them. No value is read.
        boolean describes =
            other.function.equals("InjectKeys") && use.action.equals(Use.RECORDED_VERSION.action);
        if (!does && !lockOwner && !describes) {
          staging.isRefused(
              staging.keyOf("staging-" + other.function), use.action, use.within("staging"));
        }
      }
    }
  }

  @Test
  void aMissingSecretIsMissingAndNotForbidden() {
    EnforcerFixture stack = new EnforcerFixture(folder, "staging", "new.local");
    String plan = stack.keyOf("staging-PlanDeployment");
    stack.isAllowed(
        plan, "secretsmanager:DescribeSecret", "{'SecretId': 'staging/new.local/certificate'}");
    stack.isRefused(
        plan, "secretsmanager:DescribeSecret", "{'SecretId': 'staging-2/new.local/certificate'}");
    stack.isRefused(
        plan, "secretsmanager:GetSecretValue", "{'SecretId': 'staging/new.local/certificate'}");
  }

  @Test
  void theTablesContainEveryActionThatFunctionsUse() throws IOException {
    Set<String> known = new TreeSet<>();
    Arrays.stream(Use.values()).map(use -> use.action).forEach(known::add);
    readings().map(Reading::action).forEach(known::add);
    assertEquals(used(), known);
  }

  private static Set<String> used() throws IOException {
    Path adapters =
        ProjectRoles.folder().resolve("functions/src/main/java/cryptorobot/deployer/aws");
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(adapters)) {
      for (Path file : files.toList()) {
        all.append(Files.readString(file));
      }
    }
    return CALL.matcher(all)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
