package cryptorobot.deployer.faults;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs cases in parallel, each in a time of its own. */
final class Search implements AutoCloseable {
  private final Machines machines;
  private final java.util.concurrent.ExecutorService workers =
      java.util.concurrent.Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory());
  private final java.util.concurrent.Semaphore atOnce =
      new java.util.concurrent.Semaphore(2 * Runtime.getRuntime().availableProcessors());

  Search(Machines machines) {
    this.machines = machines;
  }

  /** Runs all cases and passes their results on, one at a time. */
  <T> void run(Iterable<Case> cases, Function<CaseRun, T> seen, Consumer<T> took)
      throws InterruptedException {
    var failure = new java.util.concurrent.atomic.AtomicReference<Throwable>();
    for (var one : cases) {
      atOnce.acquire();
      workers.execute(
          () -> {
            try {
              var result = seen.apply(run(one));
              synchronized (took) {
                took.accept(result);
              }
            } catch (Throwable e) {
              failure.compareAndSet(null, new AssertionError("in " + one, e));
            } finally {
              atOnce.release();
            }
          });
    }
    atOnce.acquire(2 * Runtime.getRuntime().availableProcessors());
    atOnce.release(2 * Runtime.getRuntime().availableProcessors());
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  List<Opportunity> opportunities(Case one) {
    return run(one).injector().opportunities();
  }

  private CaseRun run(Case one) {
    return CaseRun.of(one, machines.of(one.scenario()));
  }

  @Override
  public void close() {
    workers.close();
  }
}
