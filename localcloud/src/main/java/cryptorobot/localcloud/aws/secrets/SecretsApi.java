package cryptorobot.localcloud.aws.secrets;

import static cryptorobot.localcloud.aws.secrets.SecretResponses.description;
import static cryptorobot.localcloud.aws.secrets.SecretResponses.identity;
import static cryptorobot.localcloud.aws.secrets.SecretResponses.stages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.JsonApi;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Secrets Manager: Create, Put, Get, Describe, List, Delete and Restore. */
public final class SecretsApi implements JsonApi {
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final Account account;
  private final SecretStore store;
  private final InstantSource clock;
  private final RandomGenerator random;

  public SecretsApi(
      Account account, SecretStore store, InstantSource clock, RandomGenerator random) {
    this.account = account;
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String target() {
    return "secretsmanager";
  }

  @Override
  public String version() {
    return "1.1";
  }

  @Override
  public String actions() {
    return "secretsmanager";
  }

  @Override
  public JsonNode call(RequestFields request, Caller caller) {
    synchronized (store) {
      return switch (request.operation()) {
        case "CreateSecret" -> create(request);
        case "PutSecretValue" -> put(request);
        case "GetSecretValue" -> get(request);
        case "DescribeSecret" -> describe(request);
        case "ListSecrets" -> list(request);
        case "DeleteSecret" -> delete(request);
        case "RestoreSecret" -> restore(request);
        default -> throw JsonApi.unknown(request.operation());
      };
    }
  }

  private JsonNode create(RequestFields request) {
    request.only("Name", "Description", "SecretString", "SecretBinary", "ClientRequestToken");
    String name = request.text("Name");
    if (!name.matches("[A-Za-z0-9/_+=.@-]{1,512}")) {
      throw ApiError.invalid(
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the"
              + " following: -/_+=.@!");
    }
    Instant now = clock.instant();
    Optional<Version> first = Version.requested(request, Set.of(SecretRecord.CURRENT), now);
    Optional<SecretRecord> existing = store.find(name);
    if (existing.isPresent()) {
      return createdBefore(existing.get(), first);
    }
    SecretRecord secret =
        new SecretRecord(
            name,
            account.arn("secretsmanager", "secret:" + name + "-" + suffix()),
            request.find("Description").orElse(""),
            now,
            now,
            Optional.empty(),
            first.map(List::of).orElse(List.of()));
    store.put(secret);
    ObjectNode response = identity(secret);
    first.ifPresent(version -> response.put("VersionId", version.id()));
    return response;
  }

  /**
   * A repeated request returns the same response. Any other request for the same name is an error.
   */
  private JsonNode createdBefore(SecretRecord existing, Optional<Version> wanted) {
    alive(existing, "create");
    if (wanted.isPresent()
        && existing.version(wanted.get().id()).filter(wanted.get()::sameValue).isPresent()) {
      return identity(existing).put("VersionId", wanted.get().id());
    }
    throw ApiError.refused(
        "ResourceExistsException",
        "The operation failed because the secret " + existing.name() + " already exists.");
  }

  private JsonNode put(RequestFields request) {
    request.only("SecretId", "SecretString", "SecretBinary", "ClientRequestToken", "VersionStages");
    SecretRecord secret = alive(store.get(request.text("SecretId")), "perform the operation on");
    Set<String> stages = new HashSet<>(request.texts("VersionStages"));
    if (stages.isEmpty() || secret.versions().isEmpty()) {
      stages.add(SecretRecord.CURRENT);
    }
    Version added =
        Version.requested(request, stages, clock.instant())
            .orElseThrow(
                () ->
                    ApiError.refused(
                        "InvalidRequestException",
                        "You must provide either SecretString or SecretBinary."));
    Optional<Version> before = secret.version(added.id());
    if (before.isPresent() && !before.get().sameValue(added)) {
      throw ApiError.refused(
          "ResourceExistsException",
          "A resource with the ID you requested already exists: the version " + added.id());
    }
    if (before.isEmpty()) {
      store.put(secret.put(added, clock.instant()));
    }
    ObjectNode response = identity(secret).put("VersionId", added.id());
    stages(response.putArray("VersionStages"), before.orElse(added));
    return response;
  }

  private JsonNode get(RequestFields request) {
    request.only("SecretId", "VersionId", "VersionStage");
    SecretRecord secret = alive(store.get(request.text("SecretId")), "perform the operation on");
    Optional<String> id = request.find("VersionId");
    Optional<String> stage = request.find("VersionStage");
    Version version =
        id.map(secret::version)
            .orElseGet(() -> secret.stage(stage.orElse(SecretRecord.CURRENT)))
            .orElseThrow(
                () ->
                    ApiError.refused(
                        "ResourceNotFoundException",
                        "Secrets Manager can't find the specified secret value for "
                            + id.map(given -> "VersionId: " + given)
                                .orElse("staging label: " + stage.orElse(SecretRecord.CURRENT))));
    if (stage.isPresent() && !version.stages().contains(stage.get())) {
      throw ApiError.refused(
          "InvalidRequestException",
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    ObjectNode response =
        identity(secret)
            .put("VersionId", version.id())
            .put(version.binary() ? "SecretBinary" : "SecretString", version.value());
    stages(response.putArray("VersionStages"), version);
    return response.put("CreatedDate", AwsJson.epoch(version.createdAt()));
  }

  private JsonNode describe(RequestFields request) {
    request.only("SecretId");
    return description(store.get(request.text("SecretId")), "VersionIdsToStages");
  }

  private JsonNode list(RequestFields request) {
    request.only("MaxResults", "NextToken", "Filters", "IncludePlannedDeletion", "SortOrder");
    int limit = request.integer("MaxResults", 100, 1, 100);
    String after = request.find("NextToken").orElse("");
    List<RequestFields> filters = request.objects("Filters");
    for (RequestFields filter : filters) {
      if (!filter.text("Key").equals("name")) {
        throw ApiError.invalid("The local cloud filters secrets by name only");
      }
    }
    boolean deletedToo = request.flag("IncludePlannedDeletion", false);
    List<SecretRecord> found = new ArrayList<>();
    for (SecretRecord secret : store.all()) {
      if (secret.name().compareTo(after) > 0
          && (deletedToo || secret.deletedAt().isEmpty())
          && filters.stream().allMatch(filter -> named(filter, secret))) {
        found.add(secret);
      }
    }
    ObjectNode response = AwsJson.object();
    ArrayNode list = response.putArray("SecretList");
    found.stream()
        .limit(limit)
        .forEach(secret -> list.add(description(secret, "SecretVersionsToStages")));
    if (found.size() > limit) {
      response.put("NextToken", found.get(limit - 1).name());
    }
    return response;
  }

  private static boolean named(RequestFields filter, SecretRecord secret) {
    return filter.texts("Values").stream().anyMatch(secret.name()::startsWith);
  }

  private JsonNode delete(RequestFields request) {
    request.only("SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery");
    SecretRecord secret = store.get(request.text("SecretId"));
    int days = request.integer("RecoveryWindowInDays", 30, 7, 30);
    boolean atOnce = request.flag("ForceDeleteWithoutRecovery", false);
    if (atOnce) {
      store.remove(secret);
    } else {
      alive(secret, "perform the operation on");
      store.put(secret.deleted(Optional.of(clock.instant().plus(Duration.ofDays(days)))));
    }
    Instant gone = atOnce ? clock.instant() : clock.instant().plus(Duration.ofDays(days));
    return identity(secret).put("DeletionDate", AwsJson.epoch(gone));
  }

  private JsonNode restore(RequestFields request) {
    request.only("SecretId");
    SecretRecord secret = store.get(request.text("SecretId"));
    store.put(secret.deleted(Optional.empty()));
    return identity(secret);
  }

  private static SecretRecord alive(SecretRecord secret, String wanted) {
    if (secret.deletedAt().isPresent()) {
      throw ApiError.refused(
          "InvalidRequestException",
          "You can't " + wanted + " this secret because it was marked for deletion.");
    }
    return secret;
  }

  private String suffix() {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      suffix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return suffix.toString();
  }
}
