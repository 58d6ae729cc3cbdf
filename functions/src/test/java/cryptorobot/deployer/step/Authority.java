package cryptorobot.deployer.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A root and an intermediate authority in a folder, which sign any requested certificate. */
final class Authority {

  static final String HOST = "its_robot.crypto-vision.com";

  /** The options of {@code openssl} for a kind of key. */
  static final String P256 = "EC -pkeyopt ec_paramgen_curve:P-256";

  static final String OF_AN_AUTHORITY =
      "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";

  private final Path folder;
  private int serial = 1;

  /** The files are {@code <name>.pem} and {@code <name>.key} in this folder. */
  Authority(Path folder) {
    this.folder = folder;
    key("root", P256);
    key("intermediate", P256);
    certify("root", "root", OF_AN_AUTHORITY, "-1d", "+10y");
    certify("intermediate", "root", OF_AN_AUTHORITY, "-1d", "+10y");
  }

  /** A server certificate for these names, signed by the intermediate, valid since yesterday. */
  void leaf(String name, String keyKind, String sans) {
    key(name, keyKind);
    certify(name, "intermediate", server(sans), "-1d", "+1y");
  }

  static String server(String sans) {
    return "basicConstraints=critical,CA:FALSE\n"
        + (sans.isEmpty() ? "" : "subjectAltName=" + sans + "\n");
  }

  void key(String name, String kind) {
    List<String> command = new ArrayList<>(List.of("genpkey", "-quiet", "-algorithm"));
    command.addAll(List.of(kind.split(" ")));
    command.addAll(List.of("-out", name + ".key"));
    openssl(command.toArray(String[]::new));
  }

  /**
   * @param from relative to now, as {@code date} reads it
   */
  void certify(
      String name, String issuer, String extensions, String from, String to, String... more) {
    write(name + ".ext", extensions);
    write(issuer + ".index", "");
    write(issuer + ".index.attr", "unique_subject = no\n");
    write(issuer + ".serial", "%02x\n".formatted(16 + serial++));
    write(
        issuer + ".conf",
        """
        [ca]
        default_ca = own
        [own]
        new_certs_dir = .
        database = %1$s.index
        serial = %1$s.serial
        policy = any
        default_md = sha256
        [any]
        commonName = supplied
        [req]
        distinguished_name = name
        [name]
        """
            .formatted(issuer));
    openssl(
        "req",
        "-new",
        "-config",
        issuer + ".conf",
        "-key",
        name + ".key",
        "-subj",
        "/CN=" + name,
        "-out",
        name + ".csr");
    List<String> command = new ArrayList<>(List.of("ca", "-batch", "-notext", "-config"));
    command.addAll(List.of(issuer + ".conf", "-in", name + ".csr", "-out", name + ".pem"));
    command.addAll(List.of("-extfile", name + ".ext", "-startdate", time(from)));
    command.addAll(List.of("-enddate", time(to)));
    command.addAll(
        name.equals(issuer)
            ? List.of("-selfsign", "-keyfile", name + ".key")
            : List.of("-cert", issuer + ".pem", "-keyfile", issuer + ".key"));
    command.addAll(List.of(more));
    openssl(command.toArray(String[]::new));
  }

  /** A certificate for the name and the key of an authority that another one signs. */
  void crossSign(String name, String authority, String issuer, String from, String to) {
    write(name + ".key", key(authority));
    certify(name, issuer, OF_AN_AUTHORITY, from, to, "-subj", "/CN=" + authority);
  }

  private static String time(String offset) {
    String unit = offset.endsWith("y") ? "years" : "days";
    String amount = offset.substring(0, offset.length() - 1);
    return run(Path.of("."), "date", "-u", "-d", "now " + amount + " " + unit, "+%Y%m%d%H%M%SZ")
        .strip();
  }

  String pem(String name) {
    return read(name + ".pem");
  }

  String key(String name) {
    return read(name + ".key");
  }

  String read(String file) {
    try {
      return Files.readString(folder.resolve(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code openssl} prints. */
  String openssl(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return run(folder, command.toArray(String[]::new));
  }

  private void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
