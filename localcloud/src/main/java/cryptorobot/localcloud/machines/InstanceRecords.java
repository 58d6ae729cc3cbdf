package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The instances of a fleet with their disks, a folder each, named after the environment. */
final class InstanceRecords {
  private static final String FILE = "machine.json";

  private final Path home;
  private final SecureRandom random;
  private final Map<String, InstanceRecord> byId = new ConcurrentHashMap<>();

  InstanceRecords(Path home, SecureRandom random) throws IOException {
    this.home = Files.createDirectories(home);
    this.random = random;
  }

  /** Finds what an earlier fleet left on disk. */
  void load() throws IOException {
    try (var folders = Files.list(home)) {
      for (Path folder : folders.filter(f -> Files.exists(f.resolve(FILE))).toList()) {
        if (!folder.getFileName().toString().startsWith(".")) {
          add(new InstanceRecord(folder, MachineFile.read(folder.resolve(FILE))));
        }
      }
    }
  }

  Collection<InstanceRecord> all() {
    return byId.values();
  }

  /**
   * @throws FleetException if there is none with this id
   */
  InstanceRecord get(String instanceId) {
    InstanceRecord found = byId.get(instanceId);
    if (found == null) {
      throw new FleetException("there is no instance " + instanceId);
    }
    return found;
  }

  Optional<InstanceRecord> of(String environment) {
    return all().stream()
        .filter(resident -> resident.file().environment().equals(environment))
        .findFirst();
  }

  /** The networks they have or had. */
  List<LinkNetwork> networks() {
    return all().stream().map(resident -> resident.file().network()).toList();
  }

  /** What makes the file system of an instance in a folder that is not there yet. */
  interface Disk {
    void make(Path root, String instanceId) throws IOException;
  }

  /** Makes one, in one piece or not at all. */
  InstanceRecord make(String environment, LinkNetwork network, Disk disk) {
    Path unfinished = home.resolve(".unfinished-" + environment);
    Path folder = home.resolve(environment);
    try {
      delete(unfinished);
      Files.createDirectories(unfinished);
      String id = freshId();
      disk.make(unfinished.resolve("root"), id);
      var file = new MachineFile(id, environment, network, Optional.empty(), Optional.empty());
      file.write(unfinished.resolve(FILE));
      Files.move(unfinished, folder);
      return add(new InstanceRecord(folder, file));
    } catch (IOException e) {
      throw new FleetException("the disk of " + environment + " could not be made: " + e, e);
    } finally {
      delete(unfinished);
    }
  }

  private String freshId() {
    var digits = new byte[9];
    random.nextBytes(digits);
    return "i-" + HexFormat.of().formatHex(digits).substring(1);
  }

  void remove(InstanceRecord resident) {
    byId.remove(resident.file().instanceId());
    delete(resident.folder());
  }

  private InstanceRecord add(InstanceRecord resident) {
    byId.put(resident.file().instanceId(), resident);
    return resident;
  }

  private static void delete(Path folder) {
    Program.of("rm", "-rf", "--one-file-system", folder.toString())
        .within(Duration.ofMinutes(2))
        .output();
  }
}
