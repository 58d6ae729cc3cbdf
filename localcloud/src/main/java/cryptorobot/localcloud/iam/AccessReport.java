package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.iam.policy.Role;
import cryptorobot.localcloud.iam.template.StackRoles;
import java.util.List;
import java.util.function.Supplier;

/**
 * What {@code GET /_local/iam} tells: {@code denied} and {@code calls} by principal, {@code used}
 * and {@code unused} by role, statement, action and resource. The schedules' and GitHub's roles are
 * taken into account once somebody has played them; until then they are {@code not_played}.
 */
public final class AccessReport implements Supplier<JsonNode> {
  private final CurrentRoles current;
  private final AccessLog ledger;

  public AccessReport(CurrentRoles roles, AccessLog ledger) {
    this.current = roles;
    this.ledger = ledger;
  }

  @Override
  public JsonNode get() {
    StackRoles all = current.ofAnyEnvironment();
    List<Role> roles =
        all.all().stream()
            .filter(role -> !all.others().containsValue(role) || ledger.knows(role.shown()))
            .toList();
    ObjectNode report =
        ledger.report(roles.stream().flatMap(role -> role.grants().stream()).toList());
    ArrayNode others = report.putArray("not_played");
    all.all().stream()
        .filter(role -> !roles.contains(role))
        .map(Role::shown)
        .sorted()
        .forEach(others::add);
    return report;
  }
}
