package cryptorobot.deployer.faults;

import java.util.Set;
import java.util.TreeSet;

/** The shipped definitions that the scenarios run through. */
record Machines(Tasks deploy, Tasks watch) {

  /** Of the watch machine, what a status and a plan run through. */
  private static final Set<String> STATUS_AND_PLAN =
      Set.of(
          "PlanDeployment",
          "FindInstance",
          "WhatIsAsked",
          "InstanceStopped",
          "ReadStatus",
          "InspectHost",
          "DescribeFailure",
          "HowItFailed",
          "RequestRefused",
          "PlanFailed",
          "WatchFailed");

  static Machines read() {
    return new Machines(Tasks.of("deploy"), Tasks.of("watch", STATUS_AND_PLAN));
  }

  Tasks of(Scenario scenario) {
    return scenario.changes() ? deploy : watch;
  }

  /** Every host step that a scenario can run. */
  Set<String> steps() {
    var steps = new TreeSet<>(deploy.steps());
    steps.addAll(watch.steps());
    return steps;
  }
}
