package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Paging;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Reads documents. Each has one version. */
public final class DocumentQueries {
  private final Documents documents;

  DocumentQueries(Documents documents) {
    this.documents = documents;
  }

  JsonNode describe(RequestFields request) {
    request.only("Name", "DocumentVersion");
    Document document = documents.get(request.text("Name"));
    checkVersion(request, document);
    ObjectNode response = AwsJson.object();
    ObjectNode description =
        identity(document)
            .put("Hash", hash(document))
            .put("HashType", "Sha256")
            .put("Status", "Active")
            .put("Description", document.description())
            .put("LatestVersion", "1")
            .put("DefaultVersion", "1");
    ArrayNode parameters = description.putArray("Parameters");
    for (DocumentParameter parameter : document.parameters()) {
      ObjectNode one =
          parameters
              .addObject()
              .put("Name", parameter.name())
              .put("Type", "String")
              .put("Description", parameter.description());
      parameter.defaultValue().ifPresent(value -> one.put("DefaultValue", value));
    }
    response.set("Document", description);
    return response;
  }

  JsonNode get(RequestFields request) {
    request.only("Name", "DocumentVersion", "DocumentFormat");
    Document document = documents.get(request.text("Name"));
    checkVersion(request, document);
    if (!request.find("DocumentFormat").orElse("JSON").equals("JSON")) {
      throw ApiError.invalid("The local cloud returns documents as JSON only");
    }
    return identity(document).put("Status", "Active").put("Content", document.content());
  }

  JsonNode list(RequestFields request) {
    request.only("MaxResults", "NextToken");
    return Paging.of(request, "MaxResults", "NextToken", 50, 50)
        .response(
            "DocumentIdentifiers",
            documents.all().stream().map(d -> (JsonNode) identity(d)).toList());
  }

  /** Refuses a wrong version and a wrong hash. */
  static void checkVersion(RequestFields request, Document document) {
    String version = request.find("DocumentVersion").orElse("$DEFAULT");
    if (!Set.of("$DEFAULT", "$LATEST", "1").contains(version)) {
      throw ApiError.refused(
          "InvalidDocumentVersion",
          "The document " + document.name() + " has no version " + version);
    }
    if (!request.find("DocumentHashType").orElse("Sha256").equals("Sha256")
        || request.find("DocumentHash").filter(h -> !h.equals(hash(document))).isPresent()) {
      throw ApiError.refused("InvalidDocument", "The hash is not that of " + document.name());
    }
  }

  private static ObjectNode identity(Document document) {
    ObjectNode node =
        AwsJson.object()
            .put("Name", document.name())
            .put("Owner", Account.ID)
            .put("DocumentVersion", "1")
            .put("DocumentType", "Command")
            .put("SchemaVersion", "2.2")
            .put("DocumentFormat", "JSON");
    node.putArray("PlatformTypes").add("Linux").add("MacOS");
    return node;
  }

  private static String hash(Document document) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(document.content().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
