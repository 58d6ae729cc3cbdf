package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code index-settings.py}: the pip settings of this machine that are passed to an instance. */
class IndexSettingsTest {
  private static final Path STEP =
      Path.of("../scripts/local.d/index-settings.py").toAbsolutePath().normalize();

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Path target;

  @BeforeEach
  void aMachine() throws IOException {
    target = Files.createDirectory(folder.resolve("target"));
    Files.createDirectory(folder.resolve("authorities"));
    environment.put("PATH", System.getenv("PATH"));
    // Uses no files of the machine that runs this test.
    environment.put("PIP_CONFIG_FILE", "/dev/null");
  }

  @Test
  void passesNothingOfAMachineThatHasNoSettings() throws IOException {
    assertEquals("", run());
    assertEquals("[global]", settings());
    assertFalse(Files.exists(target.resolve("netrc")));
  }

  @Test
  void keepsALoginOutOfFilesThatARobotCanRead() throws IOException {
    environment.put("PIP_INDEX_URL", "https://reader:s3cr%40t@pypi.example.com/simple");
    environment.put("PIP_EXTRA_INDEX_URL", "https://a.example.com/x https://b:c@b.example.com/y");
    assertEquals("", run());
    assertEquals(
        """
        [global]
        index-url = https://pypi.example.com/simple
        extra-index-url = https://a.example.com/x
            https://b.example.com/y""",
        settings());
    Path netrc = target.resolve("netrc");
    assertEquals(
        """
        machine pypi.example.com
        login reader
        password s3cr@t
        machine b.example.com
        login b
        password c
        """,
        Files.readString(netrc));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(netrc)));
  }

  @Test
  void readsThePipConfOfTheMachineAsPipDoes() throws IOException {
    Path conf = folder.resolve("own.conf");
    Files.writeString(
        conf,
        """
        [global]
        index-url = https://global.example.com/simple
        trusted-host = pypi.example.com
        find-links = /srv/wheels
        [install]
        index_url = https://install.example.com/simple
        """);
    environment.put("PIP_CONFIG_FILE", conf.toString());
    environment.put("PIP_NO_INDEX", "1");
    run();
    assertEquals(
        """
        [global]
        index-url = https://install.example.com/simple
        trusted-host = pypi.example.com
        no-index = true""",
        settings());
  }

  @Test
  void passesAProxyUnlessItHasALoginOrTheIndexIsExempt() throws IOException {
    environment.put("https_proxy", "http://proxy.example.com:3128");
    run();
    assertEquals("[global]\nproxy = http://proxy.example.com:3128", settings());

    newTarget();
    environment.put("no_proxy", "pypi.org");
    run();
    assertEquals("[global]", settings());

    newTarget();
    environment.remove("no_proxy");
    environment.put("https_proxy", "http://user:s3cret@proxy.example.com:3128");
    String output = run();
    assertEquals("[global]", settings());
    assertTrue(output.contains("the proxy proxy.example.com has a login"), output);
    assertFalse(output.contains("s3cret"), output);
  }

  @Test
  void usesTheAuthoritiesOfTheOwnerAndOfPip() throws IOException {
    String pem = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n";
    Files.writeString(folder.resolve("authorities/company.crt"), pem.formatted("AAAA"));
    Path bundle = folder.resolve("bundle.pem");
    Files.writeString(bundle, "# two\n" + pem.formatted("BBBB") + pem.formatted("CCCC"));
    environment.put("PIP_CERT", bundle.toString());
    run();
    try (var files = Files.list(target.resolve("authorities"))) {
      assertEquals(3, files.count());
    }

    newTarget();
    environment.put("PIP_CERT", folder.resolve("missing.pem").toString());
    assertTrue(run().contains("missing.pem, which is not a file"));
  }

  @Test
  void refusesALoginThatCannotBePassed() throws IOException {
    environment.put("PIP_INDEX_URL", "https://user:two%20words@pypi.example.com/simple");
    String output = run();
    assertTrue(output.contains("login for the package index at pypi.example.com"), output);
    assertFalse(output.contains("words"), output);
    assertFalse(Files.exists(target.resolve("pip.conf")));

    environment.put("PIP_INDEX_URL", "https://a:b@pypi.example.com/simple");
    environment.put("PIP_EXTRA_INDEX_URL", "https://c:d@pypi.example.com/other");
    assertTrue(run().contains("different logins"));
  }

  private void newTarget() throws IOException {
    target = Files.createTempDirectory(folder, "target");
  }

  private String settings() throws IOException {
    String text = Files.readString(target.resolve("pip.conf")).strip();
    return text.substring(text.indexOf('\n') + 1);
  }

  /** Runs the step with only these variables and returns its output. */
  private String run() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                STEP.toString(), target.toString(), folder.resolve("authorities").toString())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes());
  }
}
