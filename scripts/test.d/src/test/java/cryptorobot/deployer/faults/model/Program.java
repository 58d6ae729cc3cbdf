package cryptorobot.deployer.faults.model;

import java.time.Duration;

/** A program on the instance, which may end between any two of its changes. */
public final class Program {
  private static final Duration ONE_CHANGE = Duration.ofMillis(2);

  private final String name;
  private final Machine machine;
  private Runnable alarm = () -> {};
  private boolean killed;

  Program(String name, Machine machine) {
    this.name = name;
    this.machine = machine;
  }

  /** The step's name, {@code dead-man} or {@code settle}. */
  public String name() {
    return name;
  }

  /** One change that happens whole or not at all. */
  void change(String what, Runnable change) {
    point(what);
    change.run();
    machine.look(name + ": " + what);
    pause(ONE_CHANGE);
  }

  /** A point at which it can be ended. */
  void point(String what) {
    demandAlive();
    machine.disturbance().before(this, what);
    demandAlive();
  }

  void pause(Duration duration) {
    machine.sleep(duration, wake -> alarm = wake);
    alarm = () -> {};
    demandAlive();
  }

  /** Ends it at once: it makes no further change. */
  public void kill() {
    killed = true;
    alarm.run();
  }

  /** Hangs until it is ended, at the latest by its unit's RuntimeMaxSec. */
  public void hang(Duration longest) {
    pause(longest);
    kill();
  }

  /** One of its commands fails unexpectedly. */
  public void failOnce() {
    throw new StepFailure("StepFailed", name + ": a command ended with status 1");
  }

  private void demandAlive() {
    if (killed) {
      throw new Killed(name);
    }
  }
}
