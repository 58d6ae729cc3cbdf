package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.model.Look;
import cryptorobot.deployer.faults.model.Store;
import cryptorobot.deployer.faults.model.Worlds;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Execution;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A whole case: the run with its faults, the time in which the instance may recover, and the same
 * request again without faults.
 *
 * @param before the instance at the start of the run
 * @param atEnd the instance at the end of the run
 * @param soon the instance a minute later
 * @param settled the instance long after, powered on again if it was off
 * @param after the instance after the second run
 */
record CaseRun(
    Case of,
    Look before,
    Ended ended,
    Look atEnd,
    Look soon,
    Look settled,
    Ended again,
    Look after,
    List<HistoryEvent> history,
    List<HistoryEvent> historyAgain,
    String parameters,
    List<String> violations,
    Injector injector) {

  private static final Duration A_MOMENT = Duration.ofSeconds(20);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final Duration TO_GO_DOWN = Duration.ofMinutes(1);

  /** A run and the state of the instance when it ended. */
  private record Observed(Execution execution, Look atEnd, Look soon) {
    Ended ended() {
      return execution.ended().orElseThrow();
    }
  }

  static CaseRun of(Case one, Tasks tasks) {
    var harness = new FaultHarness(tasks, one.faults());
    prepare(harness, one.scenario());
    var before = Look.at(harness.machine);
    harness.injector.activate(true);
    var first = observe(harness, "one", one.scenario().request());
    harness.injector.activate(false);
    harness.machine.regainNetwork();
    harness.commands.deliverLate(Injector.AFTER_THE_END, 7);
    harness.settle();
    var settled = settled(harness);
    var second = observe(harness, "two", one.scenario().request());
    return new CaseRun(
        one,
        before,
        first.ended(),
        first.atEnd(),
        first.soon(),
        settled,
        second.ended(),
        settled(harness),
        first.execution().history(),
        second.execution().history(),
        harness.commands.parameters(),
        List.copyOf(harness.machine.violations()),
        harness.injector);
  }

  private static void prepare(FaultHarness harness, Scenario scenario) {
    switch (scenario.before) {
      case EMPTY, ABANDONED_FIRST -> {}
      case SERVING, ASLEEP, ABANDONED ->
          Worlds.serving(harness.machine, Store.KEYS, Store.CERTIFICATE);
      case SERVING_OLD_KEYS -> Worlds.serving(harness.machine, "k1", Store.CERTIFICATE);
      case SERVING_OLD_CERTIFICATE -> Worlds.serving(harness.machine, Store.KEYS, "c0");
    }
    if (scenario.before != Scenario.Before.ASLEEP) {
      harness.machine.runs();
    }
    if (scenario.isAbandoned()) {
      var abandoned = harness.start("abandoned", scenario.request());
      while (!has(abandoned, "CheckHealth")) {
        harness.pass(Duration.ofMillis(100));
      }
      abandoned.stop("Stopped", "by a person");
      harness.pass(A_MOMENT);
    }
  }

  private static boolean has(Execution execution, String state) {
    return execution.history().stream()
        .anyMatch(event -> state.equals(event.details().path("name").asText()));
  }

  /** Runs to the end of the execution and of everything that it caused. */
  private static Observed observe(FaultHarness harness, String name, String request) {
    var atEnd = new AtomicReference<Look>();
    var execution = harness.start(name, request);
    var soon = new AtomicReference<Look>();
    var _ =
        execution
            .done()
            .thenRun(
                () -> {
                  atEnd.set(Look.at(harness.machine));
                  harness.time.schedule(
                      harness.time.now().plus(A_MINUTE), () -> soon.set(Look.at(harness.machine)));
                });
    harness.settle();
    if (atEnd.get() == null) {
      throw new AssertionError("ran dry: " + execution.history());
    }
    return new Observed(execution, atEnd.get(), soon.get());
  }

  /** What serves when nothing happens any more. An instance that is off is powered on first. */
  private static Look settled(FaultHarness harness) {
    if (harness.machine.isOn()) {
      return Look.at(harness.machine);
    }
    harness.machine.powerOn();
    harness.settle();
    var look = Look.at(harness.machine);
    harness.machine.powerOff();
    harness.pass(TO_GO_DOWN);
    return look;
  }
}
