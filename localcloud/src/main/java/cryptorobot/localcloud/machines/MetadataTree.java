package cryptorobot.localcloud.machines;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The metadata of an instance. A folder lists its entries; folders end with a slash.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html">Instance
 *     metadata categories</a>
 */
final class MetadataTree {
  private static final String ACCOUNT = "000000000000";
  private static final String ROLE = "crypto-robot-instance";
  private static final String IMAGE = "ami-00000000000000000";
  private static final String TYPE = "t3.micro";

  private final ObjectMapper json = new ObjectMapper();
  private final SessionCredentials credentials;
  private final String region;

  MetadataTree(SessionCredentials credentials, String region) {
    this.credentials = credentials;
    this.region = region;
  }

  /** The value or the listing at a path that starts with {@code /latest} or a version date. */
  Optional<String> read(LocalInstance machine, String path) {
    String inside = path.replaceFirst("^/(latest|20\\d\\d-\\d\\d-\\d\\d)/?", "");
    if (inside.length() == path.length()) {
      return Optional.empty();
    }
    Map<String, String> values = values(machine);
    String exact = inside.endsWith("/") ? inside.substring(0, inside.length() - 1) : inside;
    if (values.containsKey(exact)) {
      return Optional.of(values.get(exact));
    }
    String folder = exact.isEmpty() ? "" : exact + "/";
    var entries = new TreeSet<String>();
    for (String name : values.keySet()) {
      if (name.startsWith(folder)) {
        String rest = name.substring(folder.length());
        int slash = rest.indexOf('/');
        entries.add(slash < 0 ? rest : rest.substring(0, slash + 1));
      }
    }
    return entries.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", entries));
  }

  private Map<String, String> values(LocalInstance machine) {
    String zone = region + "a";
    String name = "ip-" + machine.address().replace('.', '-') + "." + region;
    var values = new TreeMap<String, String>();
    values.put("meta-data/ami-id", IMAGE);
    values.put("meta-data/instance-id", machine.instanceId());
    values.put("meta-data/instance-life-cycle", "on-demand");
    values.put("meta-data/instance-type", TYPE);
    values.put("meta-data/hostname", name + ".compute.internal");
    values.put("meta-data/local-hostname", name + ".compute.internal");
    values.put("meta-data/local-ipv4", machine.address());
    values.put("meta-data/placement/availability-zone", zone);
    values.put("meta-data/placement/region", region);
    values.put("meta-data/services/domain", "amazonaws.com");
    values.put("meta-data/services/partition", "aws");
    values.put("meta-data/iam/info", profile(machine));
    values.put("meta-data/iam/security-credentials/" + ROLE, session(machine));
    machine.tags().forEach((tag, value) -> values.put("meta-data/tags/instance/" + tag, value));
    values.put("dynamic/instance-identity/document", identity(machine, zone));
    return values;
  }

  private String session(LocalInstance machine) {
    SessionCredentials.Session session = credentials.of(machine.instanceId());
    ObjectNode node = json.createObjectNode();
    node.put("Code", "Success");
    node.put("LastUpdated", seconds(session.updated()));
    node.put("Type", "AWS-HMAC");
    node.put("AccessKeyId", session.accessKeyId());
    node.put("SecretAccessKey", session.secretAccessKey());
    node.put("Token", session.token());
    node.put("Expiration", seconds(session.expires()));
    return node.toPrettyString();
  }

  private String profile(LocalInstance machine) {
    ObjectNode node = json.createObjectNode();
    node.put("Code", "Success");
    node.put("LastUpdated", seconds(credentials.of(machine.instanceId()).updated()));
    node.put("InstanceProfileArn", "arn:aws:iam::" + ACCOUNT + ":instance-profile/" + ROLE);
    node.put("InstanceProfileId", "AIPA" + SessionCredentials.keyIdOf(ROLE).substring(4));
    return node.toPrettyString();
  }

  private String identity(LocalInstance machine, String zone) {
    ObjectNode node = json.createObjectNode();
    node.put("accountId", ACCOUNT);
    node.put("architecture", "x86_64");
    node.put("availabilityZone", zone);
    node.put("imageId", IMAGE);
    node.put("instanceId", machine.instanceId());
    node.put("instanceType", TYPE);
    node.put("pendingTime", machine.launchedAt().map(MetadataTree::seconds).orElse(null));
    node.put("privateIp", machine.address());
    node.put("region", region);
    node.put("version", "2017-09-30");
    return node.toPrettyString();
  }

  private static String seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
