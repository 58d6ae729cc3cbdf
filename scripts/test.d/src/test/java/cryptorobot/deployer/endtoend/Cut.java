package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a network path of an instance: the firewall of its own network refuses the connections. When
 * this is closed, the path is open again.
 */
final class Cut implements AutoCloseable {
  private final Instance instance;

  private Cut(Instance instance, String what) {
    this.instance = instance;
    nft(
        """
        table ip faults {}
        delete table ip faults
        table ip faults {
          chain out {
            type filter hook output priority filter;
            %s reject
          }
        }
        """
            .formatted(what));
  }

  /** All traffic that leaves the instance. Traffic on loopback continues. */
  static Cut everything(Instance instance) {
    return new Cut(instance, "oifname != \"lo\"");
  }

  /** Requests to AWS and to the metadata service, and so its credentials. */
  static Cut aws(Instance instance) {
    return new Cut(instance, "ip daddr 169.254.169.254");
  }

  /** Any connection to this port. */
  static Cut port(Instance instance, int port) {
    return new Cut(instance, "tcp dport " + port);
  }

  @Override
  public void close() {
    nft("delete table ip faults\n");
  }

  private void nft(String rules) {
    try {
      Process nft =
          new ProcessBuilder("ip", "netns", "exec", instance.id(), "nft", "-f", "-")
              .redirectErrorStream(true)
              .start();
      try (var stdin = nft.getOutputStream()) {
        stdin.write(rules.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, nft.waitFor(), () -> rules + output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
