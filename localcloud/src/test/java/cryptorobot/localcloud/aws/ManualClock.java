package cryptorobot.localcloud.aws;

import cryptorobot.localcloud.stepfunctions.engine.EngineClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock that stands still until a test advances it; due timers run on the test's thread. */
public final class ManualClock implements EngineClock {
  private record Call(Instant at, Runnable action) {}

  private final List<Call> calls = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-23T06:15:00Z");

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Timer schedule(Instant at, Runnable action) {
    Call call = new Call(at, action);
    calls.add(call);
    return () -> cancel(call);
  }

  private synchronized void cancel(Call call) {
    calls.remove(call);
  }

  /** Advances the time and runs the due timers in order. */
  public void advance(Duration by) {
    Instant until = now().plus(by);
    for (Optional<Call> due = next(until); due.isPresent(); due = next(until)) {
      due.get().action().run();
    }
    synchronized (this) {
      now = until;
    }
  }

  private synchronized Optional<Call> next(Instant until) {
    Optional<Call> due =
        calls.stream()
            .filter(call -> !call.at().isAfter(until))
            .min(Comparator.comparing(Call::at));
    due.ifPresent(
        call -> {
          calls.remove(call);
          now = call.at().isAfter(now) ? call.at() : now;
        });
    return due;
  }
}
