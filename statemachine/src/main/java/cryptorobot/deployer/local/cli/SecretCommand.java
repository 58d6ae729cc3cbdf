package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Stores a secret of an environment, read from stdin and from nowhere else: what stands on a
 * command line can be read by everybody on the machine. It is stored as it is; the next deploy
 * judges it.
 */
abstract class SecretCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;
  private final Workplace workplace;
  private final String kind;

  private SecretCommand(Workplace workplace, String kind) {
    this.workplace = workplace;
    this.kind = kind;
  }

  @Command(
      name = "keys",
      description = {
        "Stores the exchange keys, read from stdin:",
        "{\"BINANCE_API_KEY\": \"…\", \"BINANCE_SECRET_KEY\": \"…\"}"
      })
  static final class Keys extends SecretCommand {
    Keys(Workplace workplace) {
      super(workplace, "keys");
    }
  }

  @Command(
      name = "certificate",
      description = {
        "Stores a certificate, read from stdin, each part in PEM:",
        "{\"cert\": \"…\", \"key\": \"…\", \"chain\": \"…\"}"
      })
  static final class Certificate extends SecretCommand {
    Certificate(Workplace workplace) {
      super(workplace, "certificate");
    }
  }

  @Command(
      name = "repository",
      description = {
        "Stores the login to a private repository, read from stdin:",
        "{\"ssh_key\": \"…\", \"known_hosts\": \"…\"} or {\"token\": \"…\"}"
      })
  static final class Repository extends SecretCommand {
    Repository(Workplace workplace) {
      super(workplace, "repository");
    }
  }

  @Override
  public Integer call() {
    String value = fromStdin();
    String name = Secrets.name(environment.name(), kind);
    workplace.secrets().store(name, value);
    workplace.screen().line("stored as a new version of " + name + "; the next deploy uses it");
    return ExitCode.DONE.number();
  }

  private String fromStdin() {
    try {
      byte[] read = System.in.readAllBytes();
      if (read.length == 0) {
        throw new CommandFailure(
            ExitCode.REFUSED, "nothing came on stdin: ./scripts/local " + kind + " <FILE");
      }
      return new String(read, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
