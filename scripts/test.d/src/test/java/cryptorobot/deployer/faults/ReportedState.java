package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.model.Look;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an execution says is true on the instance now. */
sealed interface ReportedState {

  /** This release serves; mode and protocol are empty where they are not said. */
  record Serves(String release, String mode, String protocol) implements ReportedState {}

  /** Nothing serves. */
  record Nothing() implements ReportedState {}

  /** This served when the instance was last seen; it could not be asked again. */
  record Seen(ReportedState then) implements ReportedState {}

  /** This serves unconfirmed, and the instance goes back by itself. */
  record Unconfirmed(ReportedState now) implements ReportedState {}

  /** This serves whenever the instance runs, which it may not. */
  record Asleep(ReportedState then) implements ReportedState {}

  /** Whatever was there is there still. */
  record Untouched() implements ReportedState {}

  /** It does not know, and says so: a person or a second look is needed. */
  record Unknown() implements ReportedState {}

  Pattern NOW = Pattern.compile("Now: (?<now>.*?)\\. Fix the cause", Pattern.DOTALL);
  Pattern RELEASE = Pattern.compile("release (\\S+) serves( as before| again|)");
  String SEEN = ", as it was last seen; the instance could not be asked again";
  String STOPPED = "; the instance is stopped again";
  String MAYBE_STOPPED = "; whether the instance was stopped again is not known";
  String UNCONFIRMED = "; nobody confirmed it, and the instance rolls it back by itself";

  static ReportedState of(Ended ended) {
    if (ended.status() == Status.SUCCEEDED) {
      var output = ended.output().orElseThrow();
      if (output.path("outcome").asText().equals("stopped")) {
        return new Untouched();
      }
      if (output.path("release").asText().isEmpty()) {
        return new Nothing();
      }
      return new Serves(
          output.path("release").asText(),
          output.path("mode").asText(),
          output.path("protocol").asText());
    }
    if (ended.status() != Status.FAILED || ended.error().orElse("").equals("RollbackFailed")) {
      return new Unknown();
    }
    if (ended.error().orElse("").equals("RequestRefused")) {
      return new Untouched();
    }
    Optional<String> now =
        ended.cause().map(NOW::matcher).filter(Matcher::find).map(m -> m.group("now"));
    return now.map(ReportedState::parsed)
        .orElseThrow(() -> new AssertionError("does not say what serves: " + ended));
  }

  private static ReportedState parsed(String now) {
    for (var asleep : List.of(STOPPED, MAYBE_STOPPED)) {
      if (now.endsWith(asleep)) {
        return new Asleep(parsed(now.substring(0, now.length() - asleep.length())));
      }
    }
    if (now.endsWith(SEEN)) {
      return new Seen(parsed(now.substring(0, now.length() - SEEN.length())));
    }
    if (now.endsWith(UNCONFIRMED)) {
      return new Unconfirmed(parsed(now.substring(0, now.length() - UNCONFIRMED.length())));
    }
    var release = RELEASE.matcher(now);
    if (release.matches()) {
      return new Serves(release.group(1), "", "");
    }
    return switch (now) {
      case "what served before; the host was not touched" -> new Untouched();
      case "not known; the instance could not be asked" -> new Unknown();
      case "nothing serves",
          "nothing serves, as before",
          "nothing serves: there was no good release before this one" ->
          new Nothing();
      default -> throw new AssertionError("says something nobody can check: " + now);
    };
  }

  /**
   * Why it is not true of what was seen; empty when it is.
   *
   * @param sleeps whether the instance may be off: it was asked to be
   */
  default String contradiction(Look before, Look now, boolean sleeps) {
    return holds(before, now, sleeps) ? "" : this + " is said, and true is: " + now;
  }

  private boolean holds(Look before, Look now, boolean sleeps) {
    return switch (this) {
      case Serves serves ->
          (now.on() || sleeps)
              && now.flaws().isEmpty()
              && serves.release().equals(now.release())
              && (serves.mode().isEmpty() || serves.mode().equals(now.mode()))
              && (serves.protocol().isEmpty() || serves.protocol().equals(now.protocol()));
      case Nothing _ -> (now.on() || sleeps) && now.release().isEmpty() && now.flaws().isEmpty();
      case Asleep(var then) -> then.holds(before, now, true);
      case Seen(var then) -> then.holds(before, now, true);
      // What serves is about to change, and whether it is whole depends on how far that is.
      case Unconfirmed(Serves serves) -> !now.armed() || serves.release().equals(now.release());
      case Unconfirmed _ -> true;
      // What an earlier run left open, the instance settles by itself.
      case Untouched _ -> before.armed() || before.everything().equals(now.everything());
      case Unknown _ -> true;
    };
  }
}
