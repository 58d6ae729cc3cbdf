package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes to the disk of an instance whose root may be hostile. */
final class MachineDiskTest {
  private static final LinkNetwork NETWORK = LinkNetwork.parse("10.222.0.4/30");

  @TempDir private Path folder;
  private Path root;
  private Path outside;

  @BeforeEach
  void make() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    outside = Files.createDirectories(folder.resolve("outside"));
  }

  @Test
  void theFilesOfTheNetworkReplaceWhatIsThere() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/hosts"), "a much longer file than before\n".repeat(20));
    new MachineDisk(root).address(NETWORK);
    assertEquals(NETWORK.hostname() + "\n", Files.readString(root.resolve("etc/hostname")));
    assertTrue(Files.readString(root.resolve("etc/hosts")).startsWith("127.0.0.1 localhost\n"));
    assertFalse(Files.readString(root.resolve("etc/hosts")).contains("longer"));
    assertTrue(Files.exists(root.resolve("etc/resolv.conf")));
  }

  @Test
  void aLinkInPlaceOfAFileIsReplaced() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    Path target = Files.writeString(outside.resolve("hostname"), "ours");
    Files.createSymbolicLink(root.resolve("etc/hostname"), target);
    new MachineDisk(root).address(NETWORK);
    assertEquals("ours", Files.readString(target));
    assertFalse(Files.isSymbolicLink(root.resolve("etc/hostname")));
  }

  @Test
  void aLinkInPlaceOfTheFolderIsNotFollowed() throws Exception {
    Files.createSymbolicLink(root.resolve("etc"), outside);
    var refused = assertThrows(IOException.class, () -> new MachineDisk(root).address(NETWORK));
    assertTrue(
        refused.getMessage().startsWith("/etc/hostname of the instance cannot be written"),
        refused.getMessage());
    assertNothingIsOutside();
  }

  @Test
  void aLinkHigherInThePathIsNotFollowed() throws Exception {
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(outside.resolve("local/share/ca-certificates"));
    Files.createSymbolicLink(root.resolve("usr"), outside);
    assertThrows(
        IOException.class, () -> new MachineDisk(root).personalize("i-0123456789abcdef0", "pem"));
    try (Stream<Path> files = Files.walk(outside)) {
      assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
    }
  }

  private void assertNothingIsOutside() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      assertEquals(List.of(), files.toList());
    }
  }
}
