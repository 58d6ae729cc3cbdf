package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The roles of template.yaml, which the local cloud enforces: nothing that is needed is refused and
 * nothing that is allowed is unused. Looks back on the calls of the whole suite, in every cloud it
 * ran in (the property {@code clouds}: their ports), so {@code scripts/test} runs it last; alone it
 * fails for want of calls.
 */
@Tag("instance")
@Tag("rights")
class RightsTest {
  /** Refused, and rightly so. */
  private enum Refusal {
    THE_TEST_ASKS_FOR_IT(".*/i-[0-9a-f]+ [^ ]+:GetSecretValue crypto-robot/another.local/keys"),
    A_STRANGER_ASKS_FOR_IT(
        ".*/i-[0-9a-f]+ [^ ]+:GetSecretValue crypto-robot/(one|two).local/[a-z]+"),
    // scripts/local has a request checked before it makes the environment's instance, and so before
    // the stack has that environment; only the judgement on the request counts there. A secret that
    // was stored before has an ARN. Later a refusal would fail the deploy.
    THE_ENVIRONMENT_IS_YET_TO_BE_MADE(
        ".*/crypto-robot-PlanDeployment secretsmanager:DescribeSecret"
            + " (arn:aws:secretsmanager:[^ ]+:secret:)?crypto-robot/[^/]+/[a-z]+(-\\w{6})?");

    private final String call;

    Refusal(String call) {
      this.call = call;
    }
  }

  /** Allowed, but not called by anything that runs here. */
  private enum Unplayed {
    LAMBDA_AND_STEP_FUNCTIONS_WRITE_LOGS("[^ ]+ [^ ]+ logs:[^ ]+ .*"),
    LAMBDA_AND_STEP_FUNCTIONS_SEND_TRACES("[^ ]+ Traces xray:[^ ]+ .*"),
    LAMBDA_SENDS_WHAT_IT_GAVE_UP("ReportOutcomeRole DeadLetters sqs:SendMessage .*"),
    THE_AGENT_OF_SYSTEMS_MANAGER("InstanceRole Agent (ssm|ssmmessages|ec2messages):[^ ]+ .*"),
    // Only when a migration holds the lock at the very moment somebody else wants it.
    A_MIGRATION_OWNS_THE_LOCK(
        "RunDeployStepRole IsTheLockOwnerFinished states:DescribeExecution .*-migrate:\\*"),
    // The local cloud refuses no missing secret, so nobody has to look for its name.
    GITHUB_LOOKS_FOR_REFUSED_KEYS("DeployRole.* FindKeys secretsmanager:ListSecrets .*"),
    // The local cloud judges a secret that does not exist by its name, AWS perhaps by its ARN.
    GITHUB_READS_MISSING_KEYS("DeployRole.* WriteOwnKeys secretsmanager:GetSecretValue .*/keys"),
    // The workflow is played with a deploy, a status and the same keys each time.
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
        List.of(), refused, "refused by template.yaml, though a call of ours asked for it");
  }

  @Tag("slow")
  @Test
  void nothingThatIsAllowedIsUnused() {
    var unused = new ArrayList<String>();
    for (JsonNode report : reports()) {
      List<String> here =
          lines(report.path("unused"), "role", "statement", "action", "resource").toList();
      // What another cloud's tests called is used.
      if (unused.isEmpty()) {
        unused.addAll(here);
      } else {
        unused.retainAll(here);
      }
    }
    assertEquals(
        List.of(),
        unused.stream()
            .filter(line -> Stream.of(Unplayed.values()).noneMatch(u -> line.matches(u.grants)))
            .toList(),
        "allowed by template.yaml, and no call of the whole suite needed it");
    var idle = new TreeSet<String>();
    Stream.of(Unplayed.values())
        .filter(exception -> unused.stream().noneMatch(line -> line.matches(exception.grants)))
        .forEach(exception -> idle.add(exception.name()));
    assertEquals(new TreeSet<>(), idle, "exceptions that excuse nothing");
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
