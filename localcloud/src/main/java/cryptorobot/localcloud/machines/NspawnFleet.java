package cryptorobot.localcloud.machines;

import cryptorobot.localcloud.git.GitServer;
import cryptorobot.localcloud.git.Repositories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A fleet whose instances are booted by {@code systemd-nspawn}. They outlive the fleet: closing it,
 * or killing its process, leaves them running. The next fleet with the same state folder adopts
 * them.
 */
public final class NspawnFleet implements Fleet, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  private final FleetSettings settings;
  private final Clock clock;
  private final Consumer<String> progress;
  private final TestAuthority authority;
  private final Image image;
  private final InstanceRecords instances;
  private final GitServer git;
  private final MetadataServer metadata;
  private final InstanceNetworking networking;
  private final Power power;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fleet-watch").factory());

  private NspawnFleet(
      FleetSettings settings, SessionIssuer issuer, Clock clock, Consumer<String> progress)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.progress = progress;
    Path state = settings.state();
    var random = new SecureRandom();
    instances = new InstanceRecords(state.resolve("machines"), random);
    authority = TestAuthority.in(state.resolve("authority"));
    image =
        new Image(state.resolve("image"), settings.scripts().resolve("make-image.sh"), progress);
    git =
        GitServer.start(
            ServerKey.context(authority.issue(GitServer.HOSTNAME, "127.0.0.1")),
            address -> instanceAt(address).isPresent(),
            new Repositories(state.resolve("repositories")),
            settings.gitPort());
    var credentials = new SessionCredentials(clock, issuer);
    metadata =
        MetadataServer.start(this::instanceAt, credentials, settings.region(), clock, random);
    networking =
        new InstanceNetworking(
            new Network(settings.scripts(), settings.subnets()),
            new Firewall(shortHash(state)),
            new Firewall.Listeners(
                metadata.port(), settings.cloudPort(), git.port(), settings.gitPort()),
            instances);
    power = new Power(settings, networking, clock, progress);
  }

  /**
   * Opens the fleet of a state folder and adopts the instances that run.
   *
   * @param issuer issues the instances' temporary credentials
   * @param progress receives messages about slow operations and about later errors
   */
  public static NspawnFleet open(
      FleetSettings settings, SessionIssuer issuer, Clock clock, Consumer<String> progress)
      throws IOException {
    var fleet = new NspawnFleet(settings, issuer, clock, progress);
    fleet.adopt();
    fleet.watch.scheduleWithFixedDelay(
        fleet::poll, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    return fleet;
  }

  /** The authority that every instance trusts. */
  public TestAuthority authority() {
    return authority;
  }

  /** The repositories that the instances can fetch from. */
  public Repositories repositories() {
    return git.repositories();
  }

  /** The URL of a repository for the instances. */
  public String repositoryUrl(String name) {
    return git.url(name);
  }

  /** The instance that received these temporary credentials from the metadata service. */
  public Optional<LocalInstance> machineOfAccessKey(String accessKeyId) {
    return machines().stream()
        .filter(machine -> SessionCredentials.keyIdOf(machine.instanceId()).equals(accessKeyId))
        .findFirst();
  }

  @Override
  public List<LocalInstance> machines() {
    return instances.all().stream()
        .map(InstanceRecord::snapshot)
        .sorted(Comparator.comparing(LocalInstance::environment))
        .toList();
  }

  @Override
  public synchronized LocalInstance create(String environment) {
    if (!environment.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new IllegalArgumentException(
          "environment '" + environment + "': letters, digits, '.', '_' and '-', at most 63");
    }
    return instances.of(environment).orElseGet(() -> make(environment)).snapshot();
  }

  private InstanceRecord make(String environment) {
    return instances.make(
        environment,
        networking.freeNetwork(),
        (root, instanceId) -> {
          image.copyTo(root);
          new MachineDisk(root).personalize(instanceId, authority.rootPem());
        });
  }

  @Override
  public void start(String instanceId) {
    InstanceRecord instance = instances.get(instanceId);
    if (instance.launch(clock.instant())) {
      power.on(instance);
    }
  }

  @Override
  public void stop(String instanceId) {
    InstanceRecord instance = instances.get(instanceId);
    if (instance.halt()) {
      power.off(instance);
    }
  }

  @Override
  public void remove(String instanceId) {
    InstanceRecord instance = instances.get(instanceId);
    stop(instanceId);
    try {
      instance.off().get(settings.powerOffLimit().toMillis() + 10_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new FleetException(instanceId + " could not be powered off; its disk is kept", e);
    }
    instances.remove(instance);
  }

  @Override
  public RunningCommand run(String instanceId, ProcessRequest command) {
    InstanceRecord instance = instances.get(instanceId);
    Optional<ProcessHandle> leader = instance.file().supervisor().flatMap(Supervisor::leader);
    if (instance.state() != MachineState.RUNNING) {
      throw new FleetException(instanceId + " is not running: " + instance.state());
    }
    return NamespaceCommand.start(
        leader.orElseThrow(() -> new FleetException(instanceId + " is between two boots")).pid(),
        command,
        () -> instance.state() != MachineState.RUNNING || !Power.isUp(instance));
  }

  /** Leaves the instances running; stops the listeners and threads of this fleet. */
  @Override
  public void close() {
    watch.shutdownNow();
    metadata.close();
    git.close();
  }

  private void adopt() throws IOException {
    instances.load();
    for (InstanceRecord instance : instances.all()) {
      if (instance.file().supervisor().filter(Supervisor::alive).isPresent()) {
        instance.adopt();
      } else {
        networking.disconnect(instance);
      }
    }
    networking.protect();
    instances.all().stream()
        .filter(instance -> instance.state() == MachineState.PENDING)
        .forEach(power::adopt);
  }

  // Runs ten times a second: detects instances that went down, and records agent pings.
  private void poll() {
    for (InstanceRecord instance : instances.all()) {
      try {
        Optional<Supervisor> supervisor = instance.file().supervisor();
        if (supervisor.isPresent() && !supervisor.get().alive()) {
          power.settle(instance);
        }
        var now = clock.instant();
        if (instance.pingDue(now) && supervisor.flatMap(Supervisor::leader).isPresent()) {
          instance.recordPing(now, now.plus(settings.agentInterval()));
        }
      } catch (RuntimeException e) {
        progress.accept("watching " + instance.file().instanceId() + ": " + e.getMessage());
      }
    }
  }

  private Optional<LocalInstance> instanceAt(String address) {
    return machines().stream()
        .filter(machine -> machine.state() != MachineState.STOPPED)
        .filter(machine -> machine.address().equals(address))
        .findFirst();
  }

  private static String shortHash(Path path) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(path.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
