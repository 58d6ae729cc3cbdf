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

/** The instances of a fleet and their disks: one folder for each environment. */
final class InstanceRecords {
  private static final String FILE = "machine.json";

  private final Path home;
  private final SecureRandom random;
  private final Map<String, InstanceRecord> byId = new ConcurrentHashMap<>();

  InstanceRecords(Path home, SecureRandom random) throws IOException {
    this.home = Files.createDirectories(home);
    this.random = random;
  }

  /** Loads the instances of an earlier fleet from disk. */
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
   * @throws FleetException if no instance has this id
   */
  InstanceRecord get(String instanceId) {
    InstanceRecord found = byId.get(instanceId);
    if (found == null) {
      throw new FleetException("no such instance: " + instanceId);
    }
    return found;
  }

  Optional<InstanceRecord> of(String environment) {
    return all().stream()
        .filter(instance -> instance.file().environment().equals(environment))
        .findFirst();
  }

  /** The current or previous networks of all instances. */
  List<LinkNetwork> networks() {
    return all().stream().map(instance -> instance.file().network()).toList();
  }

  /** Creates the file system of an instance in a folder that does not exist yet. */
  interface Disk {
    void make(Path root, String instanceId) throws IOException;
  }

  /** Creates an instance completely or not at all. */
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
      throw new FleetException("the disk of " + environment + " could not be created: " + e, e);
    } finally {
      delete(unfinished);
    }
  }

  private String freshId() {
    var digits = new byte[9];
    random.nextBytes(digits);
    return "i-" + HexFormat.of().formatHex(digits).substring(1);
  }

  void remove(InstanceRecord instance) {
    byId.remove(instance.file().instanceId());
    delete(instance.folder());
  }

  private InstanceRecord add(InstanceRecord instance) {
    byId.put(instance.file().instanceId(), instance);
    return instance;
  }

  private static void delete(Path folder) {
    Program.of("rm", "-rf", "--one-file-system", folder.toString())
        .within(Duration.ofMinutes(2))
        .output();
  }
}
