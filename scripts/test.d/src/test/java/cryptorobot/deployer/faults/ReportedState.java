package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.model.Look;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Status;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an execution reports about the instance. */
sealed interface ReportedState {

  /** This release serves. Mode and protocol are empty where they are not reported. */
  record Serves(String release, String mode, String protocol) implements ReportedState {}

  /** Nothing serves. */
  record Nothing() implements ReportedState {}

  /** This served when the instance was last read. It could not be read again. */
  record LastRead(ReportedState then) implements ReportedState {}

  /** This serves unconfirmed, and the instance will roll back. */
  record Unconfirmed(ReportedState now) implements ReportedState {}

  /** This serves whenever the instance runs. It may be stopped. */
  record MayBeStopped(ReportedState then) implements ReportedState {}

  /** Nothing was changed. */
  record Untouched() implements ReportedState {}

  /** The state is unknown and reported as unknown: a person must check it. */
  record Unknown() implements ReportedState {}

  Pattern NOW = Pattern.compile("Now: (?<now>.*?)\\. Fix the cause", Pattern.DOTALL);
  Pattern RELEASE = Pattern.compile("release (\\S+) serves( as before| again|)");
  String LAST_READ = ", when it was last read; the instance could not be read again";
  String STOPPED = "; the instance is stopped again";
  String STOP_UNKNOWN = "; whether the instance was stopped again is not known";
  String UNCONFIRMED = "; it is not confirmed, and the instance rolls it back";

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
    // The watch machine changes nothing, whatever it could not read.
    if (List.of("RequestRefused", "WatchFailed").contains(ended.error().orElse(""))) {
      return new Untouched();
    }
    Optional<String> now =
        ended.cause().map(NOW::matcher).filter(Matcher::find).map(m -> m.group("now"));
    return now.map(ReportedState::parsed)
        .orElseThrow(() -> new AssertionError("does not report what serves: " + ended));
  }

  private static ReportedState parsed(String now) {
    for (var ending : List.of(STOPPED, STOP_UNKNOWN)) {
      if (now.endsWith(ending)) {
        return new MayBeStopped(parsed(now.substring(0, now.length() - ending.length())));
      }
    }
    if (now.endsWith(LAST_READ)) {
      return new LastRead(parsed(now.substring(0, now.length() - LAST_READ.length())));
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
      case "unknown; the instance could not be read" -> new Unknown();
      case "nothing serves",
          "nothing serves, as before",
          "nothing serves: there was no good release before this one" ->
          new Nothing();
      default -> throw new AssertionError("reports a state that cannot be checked: " + now);
    };
  }

  /**
   * Why it contradicts the instance. Empty when it is true.
   *
   * @param mayBeOff whether the instance may be off, because that was requested
   */
  default String contradiction(Look before, Look now, boolean mayBeOff) {
    return holds(before, now, mayBeOff) ? "" : this + " is reported, and the instance is: " + now;
  }

  private boolean holds(Look before, Look now, boolean mayBeOff) {
    return switch (this) {
      case Serves serves ->
          (now.on() || mayBeOff)
              && now.flaws().isEmpty()
              && serves.release().equals(now.release())
              && (serves.mode().isEmpty() || serves.mode().equals(now.mode()))
              && (serves.protocol().isEmpty() || serves.protocol().equals(now.protocol()));
      case Nothing _ -> (now.on() || mayBeOff) && now.release().isEmpty() && now.flaws().isEmpty();
      case MayBeStopped(var then) -> then.holds(before, now, true);
      case LastRead(var then) -> then.holds(before, now, true);
      // What serves is about to change. Whether it is whole depends on how far that is.
      case Unconfirmed(Serves serves) -> !now.armed() || serves.release().equals(now.release());
      case Unconfirmed _ -> true;
      // The instance settles what an earlier run left open.
      case Untouched _ -> before.armed() || before.everything().equals(now.everything());
      case Unknown _ -> true;
    };
  }
}
