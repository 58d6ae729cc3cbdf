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
    var rig = new FaultHarness(tasks, one.faults());
    prepare(rig, one.scenario());
    var before = Look.at(rig.machine);
    rig.injector.activate(true);
    var first = observe(rig, "one", one.scenario().request());
    rig.injector.activate(false);
    rig.machine.regainNetwork();
    rig.commands.deliverLate(Injector.AFTER_THE_END, 7);
    rig.settle();
    var settled = settled(rig);
    var second = observe(rig, "two", one.scenario().request());
    return new CaseRun(
        one,
        before,
        first.ended(),
        first.atEnd(),
        first.soon(),
        settled,
        second.ended(),
        settled(rig),
        first.execution().history(),
        second.execution().history(),
        rig.commands.parameters(),
        List.copyOf(rig.machine.violations()),
        rig.injector);
  }

  private static void prepare(FaultHarness rig, Scenario scenario) {
    switch (scenario.before) {
      case EMPTY, ABANDONED_FIRST -> {}
      case SERVING, ASLEEP, ABANDONED -> Worlds.serving(rig.machine, Store.KEYS, Store.CERTIFICATE);
      case SERVING_OLD_KEYS -> Worlds.serving(rig.machine, "k1", Store.CERTIFICATE);
      case SERVING_OLD_CERTIFICATE -> Worlds.serving(rig.machine, Store.KEYS, "c0");
    }
    if (scenario.before != Scenario.Before.ASLEEP) {
      rig.machine.runs();
    }
    if (scenario.isAbandoned()) {
      var abandoned = rig.start("abandoned", scenario.request());
      while (!has(abandoned, "CheckHealth")) {
        rig.pass(Duration.ofMillis(100));
      }
      abandoned.stop("Stopped", "by a person");
      rig.pass(A_MOMENT);
    }
  }

  private static boolean has(Execution execution, String state) {
    return execution.history().stream()
        .anyMatch(event -> state.equals(event.details().path("name").asText()));
  }

  /** Runs to the end of the execution and of everything that it caused. */
  private static Observed observe(FaultHarness rig, String name, String request) {
    var atEnd = new AtomicReference<Look>();
    var execution = rig.start(name, request);
    var soon = new AtomicReference<Look>();
    var _ =
        execution
            .done()
            .thenRun(
                () -> {
                  atEnd.set(Look.at(rig.machine));
                  rig.time.schedule(
                      rig.time.now().plus(A_MINUTE), () -> soon.set(Look.at(rig.machine)));
                });
    rig.settle();
    if (atEnd.get() == null) {
      throw new AssertionError("ran dry: " + execution.history());
    }
    return new Observed(execution, atEnd.get(), soon.get());
  }

  /** What serves when nothing happens any more. An instance that is off is powered on first. */
  private static Look settled(FaultHarness rig) {
    if (rig.machine.isOn()) {
      return Look.at(rig.machine);
    }
    rig.machine.powerOn();
    rig.settle();
    var look = Look.at(rig.machine);
    rig.machine.powerOff();
    rig.pass(TO_GO_DOWN);
    return look;
  }
}
