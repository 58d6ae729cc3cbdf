package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The roles of template.yaml and environment.yaml, which the local cloud enforces: no needed right
 * is missing, and no right is unused. It evaluates the calls of the whole suite, in every cloud
 * that the suite used (the property {@code clouds}: their ports). So {@code scripts/test} runs it
 * last; alone it fails because there are no calls.
 */
@Tag("instance")
@Tag("rights")
class RightsTest {
  /** A secret that is stored has an ARN, a missing one has its name only. */
  private static final String SECRET = "(arn:aws:secretsmanager:[^ ]+:secret:)?";

  /** Expected refusals. */
  private enum Refusal {
    THE_TEST_ASKS_FOR_IT(
        ".*/i-[0-9a-f]+ [^ ]+:GetSecretValue "
            + SECRET
            + "crypto-robot/another.local/keys(-\\w{6})?"),
    A_STRANGER_ASKS_FOR_IT(
        ".*/i-[0-9a-f]+ [^ ]+:GetSecretValue "
            + SECRET
            + "crypto-robot/(one|two).local/[a-z]+(-\\w{6})?");

    private final String call;

    Refusal(String call) {
      this.call = call;
    }
  }

  /** Allowed, but no test calls it. */
  private enum Unplayed {
    LAMBDA_AND_STEP_FUNCTIONS_WRITE_LOGS("[^ ]+ [^ ]+ logs:[^ ]+ .*"),
    LAMBDA_AND_STEP_FUNCTIONS_SEND_TRACES("[^ ]+ Traces xray:[^ ]+ .*"),
    LAMBDA_SENDS_WHAT_IT_GAVE_UP("ReportOutcomeRole DeadLetters sqs:SendMessage .*"),
    THE_AGENT_OF_SYSTEMS_MANAGER("InstanceRole Agent (ssm|ssmmessages|ec2messages):[^ ]+ .*"),
    // Only when another operation requests the lock while a migration holds it.
    A_MIGRATION_OWNS_THE_LOCK(
        "RunDeployStepRole IsTheLockOwnerFinished states:DescribeExecution .*-migrate:\\*"),
    // The local cloud refuses no missing secret, so its name is never searched.
    GITHUB_LOOKS_FOR_REFUSED_KEYS("DeployRole.* FindKeys secretsmanager:ListSecrets .*"),
    // Each secret of a release that a test rolls back to exists.
    A_SECRET_OF_AN_OLDER_RELEASE_IS_MISSING(
        "InjectKeysRole (FindSecrets|MissingSecrets) secretsmanager:[^ ]+ .*"),
    // The workflow test runs a deploy, a status and the same keys each time.
    GITHUB_FOLLOWS_POWER_RUNS("DeployRole.* (Start|Follow) states:[^ ]+ .*-power.*"),
    GITHUB_FOLLOWS_MIGRATIONS("DeployRole.* (Start|Follow) states:[^ ]+ .*-migrate.*"),
    GITHUB_WRITES_CHANGED_KEYS("DeployRole.* WriteOwnKeys secretsmanager:PutSecretValue .*");

    private final String grants;

    Unplayed(String grants) {
      this.grants = grants;
    }
  }

  @Test
  void nothingThatIsNeededIsRefused() {
    List<String> refused =
        reports().stream()
            .flatMap(report -> lines(report.path("denied"), "principal", "action", "resource"))
            .filter(line -> Stream.of(Refusal.values()).noneMatch(r -> line.matches(r.call)))
            .toList();
    assertEquals(
        List.of(), refused, "refused by the templates, but a call of the deployer needs it");
  }

  @Tag("slow")
  @Test
  void nothingThatIsAllowedIsUnused() {
    // A role that a cloud never assumed is in neither list of that cloud.
    var unused = grants("unused");
    unused.removeAll(grants("used"));
    assertEquals(
        List.of(),
        unused.stream()
            .filter(line -> Stream.of(Unplayed.values()).noneMatch(u -> line.matches(u.grants)))
            .toList(),
        "allowed by the templates, and no call of the whole suite needed it");
    var idle = new TreeSet<String>();
    Stream.of(Unplayed.values())
        .filter(exception -> unused.stream().noneMatch(line -> line.matches(exception.grants)))
        .forEach(exception -> idle.add(exception.name()));
    assertEquals(new TreeSet<>(), idle, "exceptions that match no call");
  }

  private static Set<String> grants(String list) {
    return reports().stream()
        .flatMap(report -> lines(report.path(list), "role", "statement", "action", "resource"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<JsonNode> reports() {
    return Stream.of(System.getProperty("clouds", LocalAws.port()).split(","))
        .map(port -> LocalAws.controlOf(port, "GET", "iam", ""))
        .toList();
  }

  private static Stream<String> lines(JsonNode list, String... fields) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(
            node ->
                String.join(
                    " ", Stream.of(fields).map(field -> node.path(field).asText()).toList()));
  }
}
