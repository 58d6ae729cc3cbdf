package cryptorobot.deployer.faults.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The content of the instance's disk, which outlives a power cut. */
final class Disk {
  final Map<String, Release> releases = new TreeMap<>();
  final Map<String, RootState> states = new TreeMap<>();
  final Map<String, Saved> saved = new TreeMap<>();
  final Map<Decision.Kind, Decision> decisions = new EnumMap<>(Decision.Kind.class);
  final List<Event> history = new ArrayList<>();

  /** Virtual environments and certificates that are complete, and those that are incomplete. */
  final Set<String> environments = new TreeSet<>();

  final Set<String> certificates = new TreeSet<>();
  final Set<String> unfinishedParts = new TreeSet<>();

  final Map<String, UnitFile> units = new TreeMap<>();
  final Set<String> enabled = new HashSet<>();
  final List<String> data = new ArrayList<>();

  String current = "";
  String environment = "";
  String certificate = "";
  Optional<Lock> lock = Optional.empty();
  int generation;
  final List<Answered> answers = new ArrayList<>();

  /** The date in the dead-man timer's file. */
  Optional<Instant> deadline = Optional.empty();

  boolean settlesAtBoot;

  boolean finished(String id) {
    return releases.containsKey(id) && releases.get(id).manifest != null;
  }

  /** The newest first, each once, as far as they still exist. */
  List<String> goodReleases() {
    var good = new LinkedHashSet<String>();
    for (var event : history.reversed()) {
      if (event.event().equals("confirmed") && finished(event.release())) {
        good.add(event.release());
      }
    }
    return List.copyOf(good);
  }

  boolean isGood(String id) {
    return goodReleases().contains(id);
  }

  String goodBefore(String id) {
    return goodReleases().stream().filter(good -> !good.equals(id)).findFirst().orElse("");
  }

  boolean isConfirmedSinceActivation(String id) {
    return lastEvent(id).equals("confirmed");
  }

  boolean isRolledBack(String id) {
    return List.of("rolled-back", "dead-man").contains(lastEvent(id));
  }

  private String lastEvent(String id) {
    return history.reversed().stream()
        .filter(event -> event.release().equals(id) && !event.event().equals("lock-stolen"))
        .map(Event::event)
        .findFirst()
        .orElse("");
  }

  /** The lock as it is valid now: a lock that lasts until a boot has ended with the boot. */
  Optional<Lock> lockAt(int boot) {
    return lock.filter(held -> !held.untilBoot() || held.boot() == boot);
  }

  Optional<Decision.Kind> openDecision() {
    return List.of(Decision.Kind.CONFIRMING, Decision.Kind.FIRING, Decision.Kind.ARMED).stream()
        .filter(decisions::containsKey)
        .findFirst();
  }
}
