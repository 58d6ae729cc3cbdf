package cryptorobot.localcloud.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** A private temporary folder in which {@code openssl} creates keys and signs certificates. */
record SigningBench(Path folder) implements AutoCloseable {
  private static final DateTimeFormatter ASN1_TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  static SigningBench open(Path beside) throws IOException {
    var onlyOurs =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    return new SigningBench(Files.createTempDirectory(beside, ".bench-", onlyOurs));
  }

  static Path certificate(Path name) {
    return name.resolveSibling(name.getFileName() + ".pem");
  }

  static Path key(Path name) {
    return name.resolveSibling(name.getFileName() + ".key");
  }

  /**
   * Creates a key and a certificate for it.
   *
   * @param extensions lines of an openssl extension section
   * @param signer the path of the signing certificate and key; the new path itself for a
   *     self-signed certificate
   * @return the path of both without extension
   */
  Path certify(
      String name, String subject, String extensions, Instant from, Instant to, Path signer)
      throws IOException {
    Path made = folder.resolve(name);
    newKey(made);
    Path request = folder.resolve(name + ".csr");
    openssl(
        "req", "-new", "-key", key(made).toString(), "-subj", subject, "-out", request.toString());
    Files.writeString(folder.resolve("index.txt"), "");
    Path rules = folder.resolve("ca.conf");
    Files.writeString(
        rules,
        """
        [ca]
        default_ca = bench
        [bench]
        database = %s/index.txt
        new_certs_dir = %s
        rand_serial = yes
        default_md = sha256
        policy = names
        unique_subject = no
        [names]
        commonName = supplied
        [extensions]
        %s"""
            .formatted(folder, folder, extensions));
    var words =
        new ArrayList<>(
            List.of(
                "ca",
                "-batch",
                "-notext",
                "-config",
                rules.toString(),
                "-extensions",
                "extensions",
                "-in",
                request.toString(),
                "-out",
                certificate(made).toString(),
                "-startdate",
                ASN1_TIME.format(from),
                "-enddate",
                ASN1_TIME.format(to),
                "-keyfile",
                key(signer).toString()));
    words.addAll(
        signer.equals(made)
            ? List.of("-selfsign")
            : List.of("-cert", certificate(signer).toString()));
    openssl(words.toArray(String[]::new));
    return made;
  }

  private static void newKey(Path name) throws IOException {
    openssl(
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        key(name).toString());
    Files.setPosixFilePermissions(key(name), PosixFilePermissions.fromString("rw-------"));
  }

  private static void openssl(String... words) {
    var argv = new ArrayList<>(List.of("openssl"));
    argv.addAll(List.of(words));
    Program.of(argv).output();
  }

  @Override
  public void close() {
    Program.of("rm", "-rf", folder.toString()).output();
  }
}
