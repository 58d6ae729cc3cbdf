package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import cryptorobot.localcloud.iam.policy.Grant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The allowed and denied calls of roles, each once. Stored in a file, so that it covers the whole
 * life of the state folder. Allowed calls are stored without their resource, which differs for
 * every execution; the grant that allowed them contains the resource pattern.
 */
public final class AccessLog {
  private static final String FILE = "ledger.json";

  private record Call(String principal, String action, String resource)
      implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      return toString().compareTo(other.toString());
    }
  }

  private final PrivateFileStore files;
  private final Set<Grant> used = new TreeSet<>();
  private final Set<Call> calls = new TreeSet<>();
  private final Set<Call> denied = new TreeSet<>();

  /**
   * @param files a folder for this log only
   */
  public AccessLog(PrivateFileStore files) {
    this.files = files;
    files.all().forEach(this::read);
  }

  synchronized void allowed(String principal, AccessRequest request, List<Grant> by) {
    boolean isNew = used.addAll(by);
    isNew |= calls.add(new Call(principal, request.action(), ""));
    if (isNew) {
      write();
    }
  }

  synchronized void denied(String principal, AccessRequest request) {
    if (denied.add(new Call(principal, request.action(), request.resource()))) {
      write();
    }
  }

  /** Whether any call was allowed to this role, given by its name in the template. */
  synchronized boolean knows(String role) {
    return used.stream().anyMatch(grant -> grant.role().equals(role));
  }

  /** The report on all grants. */
  synchronized ObjectNode report(Collection<Grant> granted) {
    Set<Grant> unused = new TreeSet<>(granted);
    unused.removeAll(used);
    ObjectNode report = AwsJson.object();
    report.set("denied", calls(denied));
    report.set("unused", grants(unused));
    report.set("used", grants(used));
    report.set("calls", calls(calls));
    return report;
  }

  private void write() {
    files.write(FILE, AwsJson.bytes(report(Set.of())));
  }

  private void read(byte[] content) {
    try {
      JsonNode report = AwsJson.parse(content);
      report.path("denied").forEach(call -> denied.add(call(call)));
      report.path("calls").forEach(call -> calls.add(call(call)));
      report
          .path("used")
          .forEach(
              grant ->
                  used.add(
                      new Grant(
                          grant.path("role").asText(),
                          grant.path("statement").asText(),
                          grant.path("action").asText(),
                          grant.path("resource").asText())));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the IAM access log is not JSON; remove it", e);
    }
  }

  private static Call call(JsonNode node) {
    return new Call(
        node.path("principal").asText(),
        node.path("action").asText(),
        node.path("resource").asText(""));
  }

  private static ArrayNode calls(Collection<Call> calls) {
    ArrayNode all = AwsJson.array();
    for (Call call : calls) {
      ObjectNode node =
          all.addObject().put("principal", call.principal()).put("action", call.action());
      if (!call.resource().isEmpty()) {
        node.put("resource", call.resource());
      }
    }
    return all;
  }

  private static ArrayNode grants(Collection<Grant> grants) {
    ArrayNode all = AwsJson.array();
    for (Grant grant : grants) {
      all.addObject()
          .put("role", grant.role())
          .put("statement", grant.statement())
          .put("action", grant.action())
          .put("resource", grant.resource());
    }
    return all;
  }
}
