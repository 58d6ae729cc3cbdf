package cryptorobot.deployer.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Gives an instance a file system of its own in an image file, so that a power cut loses what the
 * instance has not synced: the pages in memory and the journal that is not yet on the disk.
 *
 * <p>The ioctl {@code GOINGDOWN} with {@code NOLOGFLUSH} (ext4: {@code EXT4_IOC_SHUTDOWN}) stops
 * the file system at once. Machines that started meanwhile may hold the dead mount in a namespace
 * of their own, so the next boot uses a copy of the image.
 */
final class LoopDisk implements AutoCloseable {
  private static final String GO_DOWN =
      """
      import fcntl, os, struct, sys
      GOINGDOWN, NOLOGFLUSH = 0x8004587D, 2
      fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), GOINGDOWN, struct.pack("I", NOLOGFLUSH))
      """;

  private final Instance instance;
  private final String mountOptions;
  private final Path folder;
  private Path image;
  private int copies;

  /**
   * The instance must be stopped.
   *
   * @param kind ext4 or xfs
   */
  LoopDisk(Instance instance, String kind) {
    this.instance = instance;
    // Copies of one xfs have one UUID.
    mountOptions = kind.equals("xfs") ? "loop,nouuid" : "loop";
    folder = instance.disk().resolveSibling("root.folder");
    image = instance.disk().resolveSibling("disk-0.img");
    run("truncate", "--size=3G", image.toString());
    run("mkfs." + kind, "-q", image.toString());
    run("mv", "-T", instance.disk().toString(), folder.toString());
    mount();
    run("cp", "-a", folder + "/.", instance.disk().toString());
    run("rm", "-rf", folder.toString());
    run("sync", "--file-system", instance.disk().toString());
  }

  /** Cuts the power of the instance, which runs. What was not synced is lost. */
  void losePower() {
    run("/usr/bin/python3", "-c", GO_DOWN, instance.disk().toString());
    instance.cutPower();
    instance.awaitOff();
    run("umount", "--lazy", instance.disk().toString());
    copies++;
    Path copy = instance.disk().resolveSibling("disk-" + copies + ".img");
    run("cp", "--sparse=always", image.toString(), copy.toString());
    run("rm", image.toString());
    image = copy;
    mount();
  }

  private void mount() {
    try {
      Files.createDirectories(instance.disk());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("mount", "-o", mountOptions, image.toString(), instance.disk().toString());
  }

  /** The instance must be stopped. Its disk is a folder again. */
  @Override
  public void close() {
    run("cp", "-a", instance.disk().toString(), folder.toString());
    run("umount", "--lazy", instance.disk().toString());
    run("rm", image.toString());
    run("rmdir", instance.disk().toString());
    run("mv", "-T", folder.toString(), instance.disk().toString());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(List.of(command) + " ended with an error: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
