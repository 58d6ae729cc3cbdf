package cryptorobot.deployer.local.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Network network;
  private final Firewall firewall;
  private final GitServer git;
  private final MetadataServer metadata;
  private final SessionCredentials credentials;
  private final Firewall.Listeners listeners;
  private final Map<String, Resident> residents = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fleet-watch").factory());

  private NspawnFleet(FleetSettings settings, Clock clock, Consumer<String> progress)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.progress = progress;
    Files.createDirectories(machinesFolder());
    authority = TestAuthority.in(settings.state().resolve("authority"));
    image =
        new Image(
            settings.state().resolve("image"),
            settings.scripts().resolve("make-image.sh"),
            progress);
    network = new Network(settings.scripts(), settings.subnets());
    firewall = new Firewall(shortHash(settings.state()));
    credentials = new SessionCredentials(clock, random);
    git =
        GitServer.start(
            authority,
            new Repositories(settings.state().resolve("repositories")),
            settings.gitPort());
    metadata = MetadataServer.start(this::askedBy, credentials, settings.region(), clock, random);
    listeners =
        new Firewall.Listeners(
            metadata.port(), settings.cloudPort(), git.port(), settings.gitPort());
  }

  /**
   * Opens the fleet of a state folder and adopts the instances that run.
   *
   * @param progress told in a sentence about what takes long and about what went wrong later
   */
  public static NspawnFleet open(FleetSettings settings, Clock clock, Consumer<String> progress)
      throws IOException {
    var fleet = new NspawnFleet(settings, clock, progress);
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
  public Optional<Machine> machineOfAccessKey(String accessKeyId) {
    return machines().stream()
        .filter(machine -> SessionCredentials.keyIdOf(machine.instanceId()).equals(accessKeyId))
        .findFirst();
  }

  @Override
  public List<Machine> machines() {
    return residents.values().stream()
        .map(Resident::snapshot)
        .sorted(Comparator.comparing(Machine::environment))
        .toList();
  }

  @Override
  public synchronized Machine create(String environment) {
    if (!environment.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new IllegalArgumentException(
          "environment '" + environment + "': letters, digits, '.', '_' and '-', at most 63");
    }
    Optional<Resident> there =
        residents.values().stream()
            .filter(resident -> resident.file().environment().equals(environment))
            .findFirst();
    return there.orElseGet(() -> make(environment)).snapshot();
  }

  private Resident make(String environment) {
    Path unfinished = machinesFolder().resolve(".unfinished-" + environment);
    Path folder = machinesFolder().resolve(environment);
    try {
      delete(unfinished);
      Files.createDirectories(unfinished);
      Path root = unfinished.resolve("root");
      image.copyTo(root);
      var digits = new byte[9];
      random.nextBytes(digits);
      String instanceId = "i-" + HexFormat.of().formatHex(digits).substring(1);
      new MachineDisk(root).personalize(instanceId, authority.rootPem());
      var file =
          new MachineFile(
              instanceId,
              environment,
              network.pick(remembered()),
              Optional.empty(),
              Optional.empty());
      file.write(unfinished.resolve("machine.json"));
      Files.move(unfinished, folder);
      var resident = new Resident(folder, file);
      residents.put(instanceId, resident);
      return resident;
    } catch (IOException e) {
      throw new FleetException("the disk of " + environment + " could not be made: " + e, e);
    } finally {
      delete(unfinished);
    }
  }

  @Override
  public void start(String instanceId) {
    Resident resident = find(instanceId);
    if (resident.launch(clock.instant())) {
      Thread.ofPlatform().daemon().name("boot-" + instanceId).start(() -> boot(resident));
    }
  }

  private void boot(Resident resident) {
    String id = resident.file().instanceId();
    try {
      LinkNetwork got = network.connect(id, resident.file().network(), remembered());
      resident.connected(got);
      applyFirewall();
      resident.disk().address(got);
      var process =
          new ProcessBuilder(
                  "setsid",
                  settings.scripts().resolve("boot-machine.sh").toString(),
                  id,
                  resident.disk().root().toString(),
                  got.hostname())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(resident.folder().resolve("console.log").toFile())
              .redirectErrorStream(true)
              .directory(Path.of("/").toFile());
      process.environment().clear();
      process
          .environment()
          .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
      long pid = process.start().pid();
      resident.booted(
          Supervisor.of(pid)
              .orElseThrow(() -> new FleetException("boot-machine.sh ended at once")));
      awaitUp(resident);
    } catch (IOException | RuntimeException e) {
      progress.accept(id + " did not start: " + e.getMessage());
      resident.file().supervisor().ifPresentOrElse(Supervisor::kill, () -> settle(resident));
    }
  }

  // Until systemd inside has started everything; or the machine is gone, or the time is over.
  private void awaitUp(Resident resident) {
    long deadline = System.nanoTime() + settings.bootLimit().toNanos();
    while (!isUp(resident)) {
      if (resident.state() != MachineState.PENDING) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new FleetException(
            "not up within "
                + settings.bootLimit().toSeconds()
                + " s; its console: "
                + resident.folder().resolve("console.log"));
      }
      try {
        resident.off().get(50, TimeUnit.MILLISECONDS);
        throw new FleetException(
            "it went down while booting; its console: " + resident.folder().resolve("console.log"));
      } catch (TimeoutException e) {
        // Still on its way: look again.
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new FleetException("interrupted while booting", e);
      }
    }
    resident.up(clock.instant().plus(settings.agentDelay()));
  }

  @Override
  public void stop(String instanceId) {
    Resident resident = find(instanceId);
    if (resident.halt()) {
      Thread.ofPlatform().daemon().name("stop-" + instanceId).start(() -> powerOff(resident));
    }
  }

  private void powerOff(Resident resident) {
    Optional<Supervisor> supervisor = resident.file().supervisor();
    try {
      // SIGRTMIN+4 asks systemd for a power-off (systemd(1)); 38 is its number with glibc.
      supervisor
          .flatMap(Supervisor::leader)
          .ifPresentOrElse(
              leader -> Program.of("/bin/kill", "-38", Long.toString(leader.pid())).run(),
              () -> supervisor.ifPresent(Supervisor::kill));
      resident.off().get(settings.powerOffLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      progress.accept(
          resident.file().instanceId() + " did not power off in time and was switched off");
      supervisor.ifPresent(Supervisor::kill);
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      supervisor.ifPresent(Supervisor::kill);
    }
  }

  @Override
  public void remove(String instanceId) {
    Resident resident = find(instanceId);
    stop(instanceId);
    try {
      resident.off().get(settings.powerOffLimit().toMillis() + 10_000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
      throw new FleetException(instanceId + " could not be powered off; its disk stays", e);
    }
    residents.remove(instanceId);
    delete(resident.folder());
  }

  @Override
  public RunningCommand run(String instanceId, HostCommand command) {
    Resident resident = find(instanceId);
    Optional<ProcessHandle> leader = resident.file().supervisor().flatMap(Supervisor::leader);
    if (resident.state() == MachineState.RUNNING && leader.isEmpty()) {
      throw new FleetException(instanceId + " is between two boots");
    }
    if (resident.state() != MachineState.RUNNING) {
      throw new FleetException(instanceId + " is not running: " + resident.state());
    }
    return NamespaceCommand.start(
        leader.get().pid(),
        command,
        () -> resident.state() != MachineState.RUNNING || !isUp(resident));
  }

  /** Leaves the instances running; ends the listeners and everything else of this fleet. */
  @Override
  public void close() {
    watch.shutdownNow();
    metadata.close();
    git.close();
  }

  private void adopt() throws IOException {
    try (var folders = Files.list(machinesFolder())) {
      for (Path folder : folders.filter(f -> Files.exists(f.resolve("machine.json"))).toList()) {
        if (folder.getFileName().toString().startsWith(".")) {
          continue;
        }
        var resident = new Resident(folder, MachineFile.read(folder.resolve("machine.json")));
        residents.put(resident.file().instanceId(), resident);
        if (resident.file().supervisor().filter(Supervisor::alive).isPresent()) {
          resident.adopt();
        } else {
          network.disconnect(resident.file().instanceId());
        }
      }
    }
    applyFirewall();
    for (Resident resident : residents.values()) {
      if (resident.state() == MachineState.PENDING) {
        if (isUp(resident)) {
          resident.up(clock.instant());
          resident.agentSign(clock.instant(), clock.instant().plus(settings.agentInterval()));
        } else {
          Thread.ofPlatform().daemon().start(() -> readopt(resident));
        }
      }
    }
  }

  private void readopt(Resident resident) {
    try {
      awaitUp(resident);
    } catch (FleetException e) {
      progress.accept(resident.file().instanceId() + ": " + e.getMessage());
      resident.file().supervisor().ifPresent(Supervisor::kill);
    }
  }

  // Ten times a second: who has gone down by itself, whose agent gives a sign.
  private void look() {
    for (Resident resident : residents.values()) {
      try {
        Optional<Supervisor> supervisor = resident.file().supervisor();
        if (supervisor.isPresent() && !supervisor.get().alive()) {
          settle(resident);
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

  private void settle(Resident resident) {
    // Taken now: once it is stopped it may be started again at any moment.
    var off = resident.off();
    try {
      network.disconnect(resident.file().instanceId());
    } finally {
      resident.down();
      applyFirewall();
      off.complete(null);
    }
  }

  private void applyFirewall() {
    synchronized (firewall) {
      firewall.apply(
          residents.values().stream()
              .filter(resident -> resident.state() != MachineState.STOPPED)
              .map(Resident::file)
              .map(f -> new Firewall.Link(Network.device(f.instanceId()), f.network()))
              .toList(),
          listeners);
    }
  }

  private static boolean isUp(Resident resident) {
    return resident
        .file()
        .supervisor()
        .flatMap(Supervisor::leader)
        .map(
            leader ->
                java.util.stream.Stream.concat(
                        NamespaceCommand.enter(leader.pid()).stream(),
                        java.util.stream.Stream.of("/usr/bin/systemctl", "is-system-running"))
                    .toList())
        .map(argv -> Program.of(argv).run().stdout().strip())
        .filter(List.of("running", "degraded")::contains)
        .isPresent();
  }

  private Optional<Machine> askedBy(String address) {
    return machines().stream()
        .filter(machine -> machine.state() != MachineState.STOPPED)
        .filter(machine -> machine.address().equals(address))
        .findFirst();
  }

  private List<LinkNetwork> remembered() {
    return residents.values().stream().map(resident -> resident.file().network()).toList();
  }

  private Resident find(String instanceId) {
    Resident found = residents.get(instanceId);
    if (found == null) {
      throw new FleetException("there is no instance " + instanceId);
    }
    return found;
  }

  private Path machinesFolder() {
    return settings.state().resolve("machines");
  }

  private static void delete(Path folder) {
    Program.of("rm", "-rf", "--one-file-system", folder.toString())
        .within(Duration.ofMinutes(2))
        .output();
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
