package cryptorobot.deployer.local.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.local.iam.policy.Grant;
import cryptorobot.deployer.local.iam.policy.Role;
import cryptorobot.deployer.local.iam.template.StackRoles;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What {@code GET /_local/iam} tells: {@code denied} and {@code calls} by principal, {@code used}
 * and {@code unused} by role, statement, action and resource. {@code not_played} are the roles that
 * nothing here acts under by itself: the schedules' and GitHub's; theirs is never unused.
 */
public final class AccessReport implements Supplier<JsonNode> {
  private final CurrentRoles roles;
  private final Ledger ledger;

  public AccessReport(CurrentRoles roles, Ledger ledger) {
    this.roles = roles;
    this.ledger = ledger;
  }

  @Override
  public JsonNode get() {
    StackRoles all = roles.ofAnyEnvironment();
    List<Grant> granted =
        Stream.of(all.functions(), all.machines(), all.instances())
            .flatMap(some -> some.values().stream())
            .distinct()
            .flatMap(role -> role.grants().stream())
            .toList();
    ObjectNode report = ledger.report(granted);
    ArrayNode others = report.putArray("not_played");
    new TreeSet<>(all.others().values().stream().map(Role::shown).toList()).forEach(others::add);
    return report;
  }
}
