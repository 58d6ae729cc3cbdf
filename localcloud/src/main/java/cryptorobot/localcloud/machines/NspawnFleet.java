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
 * The fleet whose instances are booted by {@code systemd-nspawn}. They outlive it: closing it, or
 * killing its process, leaves them running, and the next fleet over the same state adopts them.
 */
public final class NspawnFleet implements Fleet, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  private final FleetSettings settings;
  private final Clock clock;
  private final Consumer<String> progress;
  private final TestAuthority authority;
  private final Image image;
  private final InstanceRecords residents;
  private final GitServer git;
  private final MetadataServer metadata;
  private final InstanceNetworking surroundings;
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
    residents = new InstanceRecords(state.resolve("machines"), random);
    authority = TestAuthority.in(state.resolve("authority"));
    image =
        new Image(state.resolve("image"), settings.scripts().resolve("make-image.sh"), progress);
    git =
        GitServer.start(
            ServerKey.context(authority.issue(GitServer.HOSTNAME, "127.0.0.1")),
            address -> askedBy(address).isPresent(),
            new Repositories(state.resolve("repositories")),
            settings.gitPort());
    var credentials = new SessionCredentials(clock, issuer);
    metadata = MetadataServer.start(this::askedBy, credentials, settings.region(), clock, random);
    surroundings =
        new InstanceNetworking(
            new Network(settings.scripts(), settings.subnets()),
            new Firewall(shortHash(state)),
            new Firewall.Listeners(
                metadata.port(), settings.cloudPort(), git.port(), settings.gitPort()),
            residents);
    power = new Power(settings, surroundings, clock, progress);
  }

  /**
   * Opens the fleet of a state folder and adopts the instances that run.
   *
   * @param issuer of the instances' temporary credentials
   * @param progress told in a sentence about what takes long and about what went wrong later
   */
  public static NspawnFleet open(
      FleetSettings settings, SessionIssuer issuer, Clock clock, Consumer<String> progress)
      throws IOException {
    var fleet = new NspawnFleet(settings, issuer, clock, progress);
    fleet.adopt();
    fleet.watch.scheduleWithFixedDelay(
        fleet::look, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    return fleet;
  }

  /** Who signs the certificates every instance trusts. */
  public TestAuthority authority() {
    return authority;
  }

  /** The repositories the instances can fetch from. */
  public Repositories repositories() {
    return git.repositories();
  }

  /** Where an instance finds a repository of that name. */
  public String repositoryUrl(String name) {
    return git.url(name);
  }

  /** Whose temporary credentials these are, as the metadata service handed them out. */
  public Optional<LocalInstance> machineOfAccessKey(String accessKeyId) {
    return machines().stream()
        .filter(machine -> SessionCredentials.keyIdOf(machine.instanceId()).equals(accessKeyId))
        .findFirst();
  }

  @Override
  public List<LocalInstance> machines() {
    return residents.all().stream()
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
    return residents.of(environment).orElseGet(() -> make(environment)).snapshot();
  }

  private InstanceRecord make(String environment) {
    return residents.make(
        environment,
        surroundings.freeNetwork(),
        (root, instanceId) -> {
          image.copyTo(root);
          new MachineDisk(root).personalize(instanceId, authority.rootPem());
        });
  }

  @Override
  public void start(String instanceId) {
    InstanceRecord resident = residents.get(instanceId);
    if (resident.launch(clock.instant())) {
      power.on(resident);
    }
  }

  @Override
  public void stop(String instanceId) {
    InstanceRecord resident = residents.get(instanceId);
    if (resident.halt()) {
      power.off(resident);
    }
  }

  @Override
  public void remove(String instanceId) {
    InstanceRecord resident = residents.get(instanceId);
    stop(instanceId);
    try {
      resident.off().get(settings.powerOffLimit().toMillis() + 10_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new FleetException(instanceId + " could not be powered off; its disk stays", e);
    }
    residents.remove(resident);
  }

  @Override
  public RunningCommand run(String instanceId, ProcessRequest command) {
    InstanceRecord resident = residents.get(instanceId);
    Optional<ProcessHandle> leader = resident.file().supervisor().flatMap(Supervisor::leader);
    if (resident.state() != MachineState.RUNNING) {
      throw new FleetException(instanceId + " is not running: " + resident.state());
    }
    return NamespaceCommand.start(
        leader.orElseThrow(() -> new FleetException(instanceId + " is between two boots")).pid(),
        command,
        () -> resident.state() != MachineState.RUNNING || !Power.isUp(resident));
  }

  /** Leaves the instances running; ends the listeners and everything else of this fleet. */
  @Override
  public void close() {
    watch.shutdownNow();
    metadata.close();
    git.close();
  }

  private void adopt() throws IOException {
    residents.load();
    for (InstanceRecord resident : residents.all()) {
      if (resident.file().supervisor().filter(Supervisor::alive).isPresent()) {
        resident.adopt();
      } else {
        surroundings.disconnect(resident);
      }
    }
    surroundings.protect();
    residents.all().stream()
        .filter(resident -> resident.state() == MachineState.PENDING)
        .forEach(power::adopt);
  }

  // Ten times a second: who has gone down by itself, whose agent gives a sign.
  private void look() {
    for (InstanceRecord resident : residents.all()) {
      try {
        Optional<Supervisor> supervisor = resident.file().supervisor();
        if (supervisor.isPresent() && !supervisor.get().alive()) {
          power.settle(resident);
        }
        var now = clock.instant();
        if (resident.agentDue(now) && supervisor.flatMap(Supervisor::leader).isPresent()) {
          resident.agentSign(now, now.plus(settings.agentInterval()));
        }
      } catch (RuntimeException e) {
        progress.accept("watching " + resident.file().instanceId() + ": " + e.getMessage());
      }
    }
  }

  private Optional<LocalInstance> askedBy(String address) {
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
