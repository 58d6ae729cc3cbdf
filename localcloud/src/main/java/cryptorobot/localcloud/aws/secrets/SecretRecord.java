package cryptorobot.localcloud.aws.secrets;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A secret with its versions. Immutable. */
record SecretRecord(
    String name,
    String arn,
    String description,
    Instant createdAt,
    Instant changedAt,
    Optional<Instant> deletedAt,
    List<Version> versions) {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";

  SecretRecord {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(arn, "arn is null");
    Objects.requireNonNull(description, "description is null");
    versions = List.copyOf(versions);
  }

  Optional<Version> version(String id) {
    return versions.stream().filter(version -> version.id().equals(id)).findFirst();
  }

  Optional<Version> stage(String stage) {
    return versions.stream().filter(version -> version.stages().contains(stage)).findFirst();
  }

  /**
   * Moves the stages of the new version from the versions that have them. The version that was
   * current becomes previous.
   */
  SecretRecord put(Version added, Instant now) {
    boolean becomesCurrent = added.stages().contains(CURRENT);
    Optional<String> wasCurrent = stage(CURRENT).map(Version::id);
    List<Version> all = new ArrayList<>();
    for (Version version : versions) {
      Set<String> stages = new HashSet<>(version.stages());
      stages.removeAll(added.stages());
      if (becomesCurrent) {
        stages.remove(PREVIOUS);
        if (wasCurrent.filter(version.id()::equals).isPresent()) {
          stages.add(PREVIOUS);
        }
      }
      // A version without a stage is deprecated; AWS deletes it later.
      if (!stages.isEmpty()) {
        all.add(version.with(stages));
      }
    }
    all.add(added);
    return new SecretRecord(name, arn, description, createdAt, now, deletedAt, all);
  }

  SecretRecord deleted(Optional<Instant> at) {
    return new SecretRecord(name, arn, description, createdAt, changedAt, at, versions);
  }
}
