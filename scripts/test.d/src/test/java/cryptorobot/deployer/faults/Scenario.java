package cryptorobot.deployer.faults;

import static cryptorobot.deployer.faults.model.Worlds.OLD;
import static cryptorobot.deployer.faults.model.Worlds.OLDER;
import static cryptorobot.deployer.faults.model.Worlds.RENAMED;

import java.util.List;

/** What is requested, and the instance at the start. */
public enum Scenario {
  FIRST_DEPLOY("deploy", "", Before.EMPTY, "release"),
  DEPLOY("deploy", "", Before.SERVING, "release"),
  RENAMED_ROBOT("deploy", "", Before.SERVING, "release"),
  SLEEPING_INSTANCE("deploy", ", \"restore_power\": true", Before.ASLEEP, "release"),
  AFTER_AN_ABANDONED_DEPLOY("deploy", "", Before.ABANDONED, "release"),
  AFTER_AN_ABANDONED_FIRST_DEPLOY("deploy", "", Before.ABANDONED_FIRST, "release"),
  ROLLBACK("rollback", ", \"release\": \"" + OLDER + "\"", Before.SERVING, OLDER),
  RESTART("restart", "", Before.SERVING, OLD),
  ROTATE_KEYS("rotate-keys", "", Before.SERVING_OLD_KEYS, OLD),
  ROTATE_CERTIFICATE("rotate-certificate", "", Before.SERVING_OLD_CERTIFICATE, OLD),
  PLAN("plan", "", Before.SERVING, OLD),
  PLAN_OF_A_SLEEPING_INSTANCE("plan", "", Before.ASLEEP, OLD),
  STATUS("status", "", Before.SERVING, OLD);

  /** The instance at the start of the run. */
  enum Before {
    EMPTY,
    SERVING,
    SERVING_OLD_KEYS,
    SERVING_OLD_CERTIFICATE,
    ASLEEP,
    ABANDONED,
    ABANDONED_FIRST
  }

  final String operation;
  private final String more;
  final Before before;

  /** The release that must serve at the end. "release" means one of the new commit. */
  final String wanted;

  Scenario(String operation, String more, Before before, String wanted) {
    this.operation = operation;
    this.more = more;
    this.before = before;
    this.wanted = wanted;
  }

  /** Whether it is for the deploy machine; what changes nothing is for the watch machine. */
  boolean changes() {
    return !List.of("plan", "status").contains(operation);
  }

  boolean isAbandoned() {
    return before == Before.ABANDONED || before == Before.ABANDONED_FIRST;
  }

  String request() {
    return switch (operation) {
      case "status" -> "{\"environment\": \"crypto-robot.local\", \"operation\": \"status\"}";
      case "plan" ->
          """
          {"environment": "crypto-robot.local", "operation": "plan",
           "deploy": {"repository_url": "https://example.org/robot.git", "branch": "main"}}
          """;
      default -> deployRequest();
    };
  }

  private String deployRequest() {
    return """
    {"environment": "crypto-robot.local", "operation": "%s", "bake_seconds": 1%s%s%s}
    """
        .formatted(
            operation,
            operation.equals("deploy")
                ? ", \"repository_url\": \"https://example.org/robot.git\", \"branch\": \"main\""
                : "",
            this == RENAMED_ROBOT ? ", \"services\": " + RENAMED : "",
            more);
  }
}
