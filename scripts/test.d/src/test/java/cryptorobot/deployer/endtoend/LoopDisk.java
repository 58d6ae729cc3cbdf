package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Gives an instance a file system of its own in an image file. The image has exactly what the file
 * system has written to its device, so a copy of it is the disk after a power cut at this moment:
 * without the pages in memory and without the journal that is not yet on the disk.
 *
 * <p>The images are files on an XFS with reflinks, where a copy is made at once and as a whole. The
 * file systems of the images write their journals only for a sync, not each few seconds.
 */
final class LoopDisk implements AutoCloseable {
  /** Stops a file system at once: {@code GOINGDOWN} with {@code NOLOGFLUSH}, on ext4 as on XFS. */
  private static final String GO_DOWN =
      """
      import fcntl, os, struct, sys
      GOINGDOWN, NOLOGFLUSH = 0x8004587D, 2
      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), GOINGDOWN, struct.pack("I", NOLOGFLUSH))
      """;

  /** Whether this machine can do it: the reason why not, or nothing. */
  private static final String TRY =
      """
      folder=$(mktemp -d) && cd "$folder" && mkdir disk && truncate --size=400M image &&
      mkfs.xfs -q -m reflink=1 image && mount -o loop image disk && echo x >disk/one &&
      cp --reflink=always disk/one disk/two && python3 -c "$1" disk && umount disk
      code=$?
      umount --lazy disk 2>/dev/null
      rm -rf "$folder"
      exit $code
      """;

  /** What of a disk decides what an instance serves. What is not in its place yet does not. */
  private static final String DIGEST =
      """
      cd "$1"
      {
        find opt/crypto-robot var/lib/crypto-robot-deployer etc/systemd/system usr/local/lib/crypto-robot-deployer \
          \\( -path opt/crypto-robot/shared -o -path opt/crypto-robot/mirror -o -path opt/crypto-robot/.new \
             -o -path var/lib/crypto-robot-deployer/log -o -name '*.new' -o -name '*.pyc' \\) -prune \
          -o -type f -size -64k -printf '%p %m %U\\n' -exec sha256sum {} + \
          -o -type f -printf '%p %m %U %s\\n' -o -printf '%p %m %U %l\\n'
      } | sort | sha256sum
      """;

  private final Instance instance;
  private final String mountOptions;
  private final Path folder;
  private final Path disks;
  private Path image;
  private int copies;

  /**
   * The instance runs, and is off afterwards.
   *
   * @param kind ext4 or xfs
   */
  LoopDisk(Instance instance, String kind) {
    this.instance = instance;
    instance.cutPower();
    instance.awaitOff();
    // Copies of one XFS have one UUID.
    mountOptions = kind.equals("xfs") ? "loop,nouuid" : "loop,commit=600";
    folder = instance.disk().resolveSibling("root.folder");
    disks = instance.disk().resolveSibling("disks");
    image = disks.resolve("disk-0");
    run("truncate", "--size=24G", disks + ".img");
    run("mkfs.xfs", "-q", "-m", "reflink=1", disks + ".img");
    mount(disks, "loop", Path.of(disks + ".img"));
    run("truncate", "--size=3G", image.toString());
    run("mkfs." + kind, "-q", image.toString());
    run("mv", "-T", instance.disk().toString(), folder.toString());
    mount(instance.disk(), mountOptions, image);
    run("cp", "-a", folder + "/.", instance.disk().toString());
    run("rm", "-rf", folder.toString());
    run("sync", "--file-system", instance.disk().toString());
  }

  /** Skips the test on a machine without loop devices, XFS or the ioctl. */
  static void assumePossible() {
    String why = tried("bash", "-c", TRY, "bash", GO_DOWN);
    assumeTrue(why == null, () -> "a disk that loses what was not synced: " + why);
  }

  /** The disk as a power cut at this moment would leave it. The instance continues. */
  Path copy() {
    copies++;
    Path copy = disks.resolve("disk-" + copies);
    run("cp", "--reflink=always", image.toString(), copy.toString());
    return copy;
  }

  /** Two disks with the same digest leave an instance in the same state. */
  String digest(Path copy) {
    Path place = disks.resolveSibling("disk-looked-at");
    mount(place, mountOptions, copy);
    try {
      return run("bash", "-c", DIGEST, "bash", place.toString());
    } finally {
      run("umount", place.toString());
    }
  }

  void forget(Path copy) {
    run("rm", copy.toString());
  }

  /** Cuts the power of the instance, which runs. What was not synced is lost. */
  void losePower() {
    run("/usr/bin/python3", "-c", GO_DOWN, instance.disk().toString());
    losePowerAndHas(copy());
  }

  /** Cuts the power of the instance, which runs. It then has this disk. */
  void losePowerAndHas(Path copy) {
    instance.cutPower();
    instance.awaitOff();
    // Machines that started meanwhile may hold the mount in a namespace of their own.
    run("umount", "--lazy", instance.disk().toString());
    run("rm", image.toString());
    image = copy;
    mount(instance.disk(), mountOptions, image);
  }

  private static void mount(Path place, String options, Path image) {
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("mount", "-o", options, image.toString(), place.toString());
  }

  /** Cuts the power of the instance, which runs. Its disk is a folder again. */
  @Override
  public void close() {
    instance.cutPower();
    instance.awaitOff();
    run("cp", "-a", instance.disk().toString(), folder.toString());
    run("umount", "--lazy", instance.disk().toString());
    run("umount", "--lazy", disks.toString());
    run("rm", disks + ".img");
    run("rmdir", instance.disk().toString(), disks.toString());
    run("mv", "-T", folder.toString(), instance.disk().toString());
  }

  private static String run(String... command) {
    var output = new StringBuilder();
    if (ended(output, command) != 0) {
      throw new AssertionError(List.of(command) + " ended with an error: " + output);
    }
    return output.toString();
  }

  /** The reason why a command failed, or null. */
  private static String tried(String... command) {
    var output = new StringBuilder();
    return ended(output, command) == 0 ? null : output.toString().strip();
  }

  private static int ended(StringBuilder output, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      output.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
