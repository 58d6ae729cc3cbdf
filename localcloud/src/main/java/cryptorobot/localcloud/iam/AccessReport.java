package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.template.StackRoles;
import java.util.List;
import java.util.function.Supplier;

/**
 * The response of {@code GET /_local/iam}: {@code denied} and {@code calls} by principal, {@code
 * used} and {@code unused} by role, statement, action and resource. The roles of schedules and of
 * GitHub count once they were assumed; until then they are in {@code not_played}.
 */
public final class AccessReport implements Supplier<JsonNode> {
  private final CurrentRoles current;
  private final AccessLog accessLog;

  public AccessReport(CurrentRoles roles, AccessLog accessLog) {
    this.current = roles;
    this.accessLog = accessLog;
  }

  @Override
  public JsonNode get() {
    StackRoles all = current.ofAnyEnvironment();
    List<Role> roles =
        all.all().stream()
            .filter(role -> !all.others().containsValue(role) || accessLog.knows(role.shown()))
            .toList();
    ObjectNode report =
        accessLog.report(roles.stream().flatMap(role -> role.grants().stream()).toList());
    ArrayNode others = report.putArray("not_played");
    all.all().stream()
        .filter(role -> !roles.contains(role))
        .map(Role::shown)
        .sorted()
        .forEach(others::add);
    return report;
  }
}
