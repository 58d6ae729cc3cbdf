package cryptorobot.localcloud.stepfunctions.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Virtual time: stands still while a task runs and jumps to the next timer when none does. Tasks
 * run on real threads through {@link #execute} and may {@link #sleep}; the test calls {@link #run}.
 */
public final class VirtualTime implements EngineClock, Executor {
  private final PriorityQueue<Call> calls = new PriorityQueue<>();
  private Instant now;
  private long order;
  private int running;
  private Instant until = Instant.MIN;
  private Throwable failure;

  public VirtualTime(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Timer schedule(Instant at, Runnable action) {
    var call = new Call(at.isBefore(now) ? now : at, order++, action);
    calls.add(call);
    return () -> remove(call);
  }

  private synchronized void remove(Call call) {
    calls.remove(call);
  }

  @Override
  public void execute(Runnable task) {
    started();
    Thread.startVirtualThread(
        () -> {
          try {
            task.run();
          } finally {
            advanceAlone();
            stopped();
          }
        });
  }

  /** Blocks the calling task for a virtual duration. */
  public void sleep(Duration duration) throws InterruptedException {
    sleep(duration, _ -> {});
  }

  /**
   * Blocks the calling task for a virtual duration, unless it is woken before.
   *
   * @param alarm receives an action that wakes the task, if it sleeps
   */
  public void sleep(Duration duration, Consumer<Runnable> alarm) throws InterruptedException {
    if (passes(duration)) {
      return;
    }
    var sleeper = new Sleeper();
    schedule(now().plus(duration), sleeper);
    alarm.accept(() -> schedule(now(), sleeper));
    // This thread does not run timers itself: the next timer may interrupt it.
    stopped();
    try {
      sleeper.woken.await();
    } finally {
      sleeper.run();
    }
  }

  /** Advances the time at once if no other task runs and no timer is due before. */
  private synchronized boolean passes(Duration duration) {
    var at = now.plus(duration);
    var free =
        running == 1
            && !Thread.currentThread().isInterrupted()
            && !at.isAfter(until)
            && (calls.isEmpty() || at.isBefore(calls.peek().at()));
    now = free ? at : now;
    return free;
  }

  /** Counts its thread as running again, once: after the timer or an interrupt. */
  private final class Sleeper implements Runnable {
    private final CountDownLatch woken = new CountDownLatch(1);
    private final AtomicBoolean asleep = new AtomicBoolean(true);

    @Override
    public void run() {
      if (asleep.getAndSet(false)) {
        started();
        woken.countDown();
      }
    }
  }

  private synchronized void started() {
    running++;
  }

  private synchronized void stopped() {
    running--;
    notifyAll();
  }

  /** Runs until no task runs and no timer is left, or until the given time. */
  public void run(Instant until) throws InterruptedException {
    for (var call = next(until); call != null; call = next(until)) {
      call.action().run();
    }
  }

  public void run() throws InterruptedException {
    run(Instant.MAX);
  }

  /** The last running task runs the due timers, so that no other thread must be woken. */
  private void advanceAlone() {
    for (var call = nextAlone(); call != null; call = nextAlone()) {
      try {
        call.action().run();
      } catch (RuntimeException | Error e) {
        failed(e);
        return;
      }
    }
  }

  private synchronized void failed(Throwable e) {
    failure = e;
  }

  private synchronized Call nextAlone() {
    var call = calls.peek();
    if (running != 1
        || failure != null
        || Thread.currentThread().isInterrupted()
        || call == null
        || call.at().isAfter(until)) {
      return null;
    }
    now = call.at();
    return calls.poll();
  }

  private synchronized Call next(Instant until) throws InterruptedException {
    this.until = until;
    while (running > 0) {
      wait();
    }
    if (failure != null) {
      throw new IllegalStateException("a timer failed", failure);
    }
    var call = calls.peek();
    if (call == null || call.at().isAfter(until)) {
      now = until.equals(Instant.MAX) ? now : until;
      // Tasks started before the next run wait for it.
      this.until = Instant.MIN;
      return null;
    }
    now = call.at();
    return calls.poll();
  }

  private record Call(Instant at, long order, Runnable action) implements Comparable<Call> {
    @Override
    public int compareTo(Call other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
