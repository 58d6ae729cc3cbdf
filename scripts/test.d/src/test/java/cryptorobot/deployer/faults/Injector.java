package cryptorobot.deployer.faults;

import cryptorobot.deployer.faults.Fault.Moment;
import cryptorobot.deployer.faults.model.Delivery;
import cryptorobot.deployer.faults.model.Disturbance;
import cryptorobot.deployer.faults.model.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Injects the faults of a case, and records where others could be injected. */
final class Injector implements Disturbance {
  private final List<Fault> faults;
  private final BiConsumer<Fault.Effect, Program> effects;
  private final List<Opportunity> opportunities = new ArrayList<>();
  private final Map<String, Integer> points = new HashMap<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Set<Fault> injected = new HashSet<>();
  private int firstAt = -1;
  private boolean active;

  /** By how many commands a command is delayed that arrives only after the end of its run. */
  static final int AFTER_THE_END = 1_000_000;

  static final int IN_THE_NEXT_RUN = 2_000_000;

  Injector(List<Fault> faults, BiConsumer<Fault.Effect, Program> effects) {
    this.faults = faults;
    this.effects = effects;
  }

  void activate(boolean on) {
    active = on;
  }

  /** The places after the first fault, or all places when there is no fault. */
  List<Opportunity> opportunities() {
    return opportunities.subList(Math.max(0, firstAt), opportunities.size());
  }

  /** All of them, in order. */
  List<Opportunity> all() {
    return opportunities;
  }

  /** Whether every fault was injected. */
  boolean allInjected() {
    return injected.containsAll(faults);
  }

  private void happens(Fault fault) {
    if (injected.add(fault) && firstAt < 0) {
      firstAt = opportunities.size();
    }
  }

  @Override
  public void before(Program program, String change) {
    if (!active) {
      return;
    }
    int point = points.merge(program.name(), 1, Integer::sum) - 1;
    opportunities.add(new Opportunity.Change(program.name(), point, change));
    all(Fault.AtChange.class)
        .filter(atChange -> atChange.program().equals(program.name()) && atChange.point() == point)
        .forEach(
            atChange -> {
              happens(atChange);
              effects.accept(atChange.effect(), program);
            });
  }

  /** One attempt at a state begins. */
  void attempt(String state) {
    if (active && attempts.merge(state, 1, Integer::sum) == 1) {
      opportunities.add(new Opportunity.Entered(state));
    }
  }

  boolean isStopped(String state, boolean entering) {
    return first(
            all(Fault.Stopped.class)
                .filter(stopped -> stopped.state().equals(state))
                .filter(stopped -> stopped.entering() == entering)
                .filter(stopped -> !injected.contains(stopped)))
        .isPresent();
  }

  /** How this attempt must fail, if it must. */
  Optional<Fault.TaskFails> failure(String state) {
    return first(
        all(Fault.TaskFails.class)
            .filter(fails -> fails.state().equals(state) && attempts.get(state) <= fails.times()));
  }

  Delivery delivery(String state) {
    var fault =
        first(
            all(Fault.Delivered.class)
                .filter(delivered -> delivered.state().equals(state))
                .filter(
                    delivered ->
                        delivered.way() == Fault.Way.NEVER || !injected.contains(delivered)));
    return fault.<Delivery>map(delivered -> way(delivered.way())).orElseGet(Delivery.Normal::new);
  }

  private static Delivery way(Fault.Way way) {
    return switch (way) {
      case NEVER -> new Delivery.Never();
      case TWICE -> new Delivery.Twice();
      case AFTER_THE_NEXT -> new Delivery.Late(1);
      case AFTER_TWO_MORE -> new Delivery.Late(2);
      case AFTER_FOUR_MORE -> new Delivery.Late(4);
      case AFTER_THE_END -> new Delivery.Late(AFTER_THE_END);
      case IN_THE_NEXT_RUN -> new Delivery.Late(IN_THE_NEXT_RUN);
    };
  }

  private <F extends Fault> Stream<F> all(Class<F> kind) {
    return active ? faults.stream().filter(kind::isInstance).map(kind::cast) : Stream.empty();
  }

  private <F extends Fault> Optional<F> first(Stream<F> found) {
    var fault = found.findFirst();
    fault.ifPresent(this::happens);
    return fault;
  }

  static boolean runsTheFunction(Moment moment) {
    return moment != Moment.AT_ONCE;
  }
}
