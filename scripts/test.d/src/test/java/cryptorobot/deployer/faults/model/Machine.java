package cryptorobot.deployer.faults.model;

import cryptorobot.localcloud.stepfunctions.engine.EngineClock;
import cryptorobot.localcloud.stepfunctions.engine.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The instance: its disk, its power, and the programs that run on it. */
public final class Machine {
  private static final Duration TO_BOOT = Duration.ofSeconds(10);
  private static final Duration TO_GO_DOWN = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(15);
  private static final EngineClock.Timer NONE = () -> {};

  final Disk disk = new Disk();
  private final VirtualTime time;
  private final Disturbance disturbance;
  private final Set<Program> programs = new HashSet<>();
  private final Map<String, Program> flocks = new HashMap<>();
  private final Map<String, Program> steps = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private Systemd systemd;
  private EngineClock.Timer deadMan = NONE;
  private Instant launchedAt;
  private boolean on;
  private boolean agent;
  private boolean connected = true;
  private int boot;

  public Machine(VirtualTime time, Disturbance disturbance) {
    this.time = time;
    this.disturbance = disturbance;
    this.systemd = new Systemd(disk, time);
    this.launchedAt = time.now();
  }

  /** Starts its programs one after the other, so that a case is always the same. */
  public void start(Runnable program) {
    time.schedule(time.now(), () -> time.execute(program));
  }

  void sleep(Duration duration, Consumer<Runnable> alarm) {
    try {
      time.sleep(duration, alarm);
    } catch (InterruptedException e) {
      throw new AssertionError("no thread interrupts a program of the model", e);
    }
  }

  Disturbance disturbance() {
    return disturbance;
  }

  Systemd systemd() {
    return systemd;
  }

  VirtualTime time() {
    return time;
  }

  /** What must hold at every moment. */
  void look(String after) {
    if (systemd.robots().size() > 1) {
      violations.add("two robots run after " + after);
    }
    if (!disk.current.isEmpty() && !disk.finished(disk.current)) {
      violations.add("what serves is not finished after " + after);
    }
  }

  /** The invariants that were broken at some moment. */
  public List<String> violations() {
    return violations;
  }

  Program program(String name) {
    var program = new Program(name, this);
    programs.add(program);
    return program;
  }

  void ended(Program program) {
    programs.remove(program);
    flocks.values().removeIf(program::equals);
    steps.values().removeIf(program::equals);
  }

  void flock(String file, Program program) {
    while (flocks.containsKey(file) && flocks.get(file) != program) {
      program.pause(Duration.ofMillis(20));
    }
    flocks.put(file, program);
  }

  void unlock(String file) {
    flocks.remove(file);
  }

  /** The step now has its systemd unit. */
  void entered(Program step) {
    steps.put(step.name(), step);
  }

  void stopOtherSteps(Program except) {
    steps.values().stream().filter(step -> step != except).toList().forEach(Program::kill);
  }

  void arm(Instant deadline) {
    deadMan.cancel();
    deadMan = time.schedule(deadline, this::deadline);
  }

  void disarm() {
    deadMan.cancel();
    deadMan = NONE;
  }

  private void deadline() {
    deadMan = NONE;
    int now = boot;
    start(
        () -> {
          var program = program("dead-man");
          try {
            new DeadMan(this, program).fireInTime();
          } catch (Killed | StepFailure e) {
            // Restart=on-failure of its service.
            if (boot == now && on) {
              deadMan = time.schedule(time.now().plus(AGAIN), this::deadline);
            }
          } finally {
            ended(program);
          }
        });
  }

  /** All its processes end at once. The disk stays. */
  public void losePower() {
    on = false;
    agent = false;
    disarm();
    List.copyOf(programs).forEach(Program::kill);
    flocks.clear();
    steps.clear();
    systemd = new Systemd(disk, time);
  }

  /**
   * Power returns: systemd settles an open decision and starts the enabled units, the agent last.
   */
  public void powerOn() {
    if (on) {
      return;
    }
    on = true;
    boot++;
    launchedAt = time.now();
    systemd.reload();
    start(this::bootUp);
  }

  private void bootUp() {
    int now = boot;
    sleep(TO_BOOT, _ -> {});
    if (boot != now || !on) {
      return;
    }
    if (disk.settlesAtBoot) {
      var settle = program("settle");
      try {
        new DeadMan(this, settle).settleAtBoot();
      } catch (Killed | StepFailure e) {
        if (boot != now || !on) {
          return;
        }
      } finally {
        ended(settle);
      }
    }
    disk.enabled.stream().filter(disk.units::containsKey).forEach(systemd::restart);
    look("boot");
    agent = true;
  }

  /** Shuts down in order and boots again. */
  public void reboot() {
    losePower();
    time.schedule(time.now().plus(TO_GO_DOWN), this::powerOn);
  }

  public void powerOff() {
    time.schedule(time.now().plus(TO_GO_DOWN), this::losePower);
  }

  /** No traffic reaches or leaves it. It continues to run. */
  public void loseNetwork() {
    connected = false;
  }

  public void regainNetwork() {
    connected = true;
  }

  public boolean isOn() {
    return on;
  }

  /** Whether commands reach its agent. */
  boolean answers() {
    return on && agent && connected;
  }

  boolean isConnected() {
    return connected;
  }

  Instant launchedAt() {
    return launchedAt;
  }

  int boot() {
    return boot;
  }

  /** It has been running for a while. */
  public void runs() {
    on = true;
    agent = true;
    launchedAt = time.now().minus(Duration.ofDays(1));
    systemd.reload();
    disk.enabled.forEach(unit -> systemd.start(unit, launchedAt));
  }
}
