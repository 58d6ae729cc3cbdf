package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.LocalCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where pip on an instance finds packages: first without an index, then with one on the instance
 * whose certificate a private authority signed. Each test continues from the one before it.
 */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageIndexTest {
  private static final String PASSWORD = "pw-3f9c1d77aa";
  private static final String LOGIN = "reader:" + PASSWORD;
  private static final String URL = "https://localhost:8444/simple";

  private static final Map<String, String> WITHOUT_INDEX =
      machine("/dev/null", "http://127.0.0.1:9/simple");

  private static final String CERTIFICATES =
      """
      cd "$1"
      key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
      openssl req -x509 $key -days 2 -keyout ca.key -out ca.pem -subj '/CN=Inspecting Proxy of Example Ltd'
      openssl req $key -keyout stub.key -out stub.csr -subj /CN=localhost
      openssl x509 -req -in stub.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out stub.crt \
        -extfile <(echo subjectAltName=DNS:localhost)
      cat stub.crt stub.key >stub.pem
      """;

  private static final String START =
      """
      cp -r /opt/wheelhouse /srv/index
      systemd-run --quiet --unit=stub-index --description=stub python3 /srv/stub.py /srv/index /srv/stub.pem %s /srv/report
      for i in $(seq 100); do curl --silent --insecure --output /dev/null %s/ && exit 0; sleep 0.1; done
      journalctl -u stub-index; exit 1
      """
          .formatted(LOGIN, URL);

  private TestEnvironment environment;
  private Path folder;
  private String first;

  @BeforeAll
  void aRobot(@TempDir Path temporary) {
    folder = temporary;
    environment = new TestEnvironment("index.local", Robot.in(folder.resolve("robot")));
    first = environment.robot().head();
  }

  @Test
  @Order(1)
  void withoutAnIndexTheDebianWheelsAreUsed() {
    deploy(WITHOUT_INDEX)
        .exits(0)
        .prints("no package index answers: http://127.0.0.1:9/simple: no connection to 127.0.0.1");
    environment.serves(environment.robot().head());
  }

  @Test
  @Order(2)
  void aRequirementMissingFromTheWheelhouseIsReportedWithTheReasonForTheWheelhouse() {
    environment.robot().alsoRequires("only-in-the-index==1.0");
    deploy(WITHOUT_INDEX)
        .exits(1)
        .prints("pip cannot install only-in-the-index==1.0 (requirements.txt, line ")
        .prints("it is not among the wheels offered in /opt/wheelhouse (none of that name)")
        .prints("No package index answers: http://127.0.0.1:9/simple")
        .prints("port 9: connection refused");
  }

  @Test
  @Order(3)
  void anIndexOfAnUnknownAuthorityIsReportedWithItsIssuer() throws IOException {
    makeCertificates();
    write("/srv/stub.pem", Files.readString(folder.resolve("stub.pem")));
    try (var stub = getClass().getResourceAsStream("/index/stub.py")) {
      write("/srv/stub.py", new String(stub.readAllBytes()));
    }
    environment.inside("bash", "-c", START);
    deploy(machine(""))
        .exits(1)
        .prints(URL + ": its certificate is not trusted")
        .prints("it was issued by CN=Inspecting Proxy of Example Ltd")
        .doesNotPrint(PASSWORD);
  }

  @Test
  @Order(4)
  void theInstanceUsesTheMachinesIndexWithItsAuthorityAndLogin() throws IOException {
    Path trusted = folder.resolve("ca.pem");
    deploy(machine("cert = " + trusted)).exits(0).doesNotPrint(PASSWORD);
    environment.serves(environment.robot().head());
    environment.inside("/opt/crypto-robot/venv/bin/python", "-c", "import only_in_the_index");
  }

  @Test
  @Order(5)
  void noRobotCouldReadTheLogin() {
    String report = environment.inside("cat", "/srv/report");
    assertTrue(report.contains("looked at 1 copies"), report);
    assertFalse(report.lines().anyMatch(line -> !line.endsWith("found []")), report);
    assertEquals(
        "600 root", environment.inside("stat", "-c", "%a %U", "/etc/crypto-robot-index.netrc"));
    String hits =
        "grep -rlF --exclude-dir=stub " + PASSWORD + " /etc /opt /run/crypto-robot* || true";
    assertEquals("/etc/crypto-robot-index.netrc", environment.inside("sh", "-c", hits));
    String journal = "journalctl --no-pager -o cat | grep -F " + PASSWORD + " || true";
    assertEquals("", environment.inside("sh", "-c", journal));
  }

  @Test
  @Order(6)
  void theInstanceFollowsChangedSettingsOfTheMachine() {
    environment.robot().revertsTo(first);
    deploy(WITHOUT_INDEX).exits(0);
    String left =
        "ls /etc/crypto-robot-index.netrc /usr/local/share/ca-certificates 2>/dev/null || true";
    String there = environment.inside("sh", "-c", left);
    assertFalse(there.contains("netrc"), there);
    assertFalse(environment.inside("cat", "/etc/pip.conf").contains(URL));
  }

  private Result deploy(Map<String, String> machine) {
    return LocalCommand.runOn(machine, environment.deployArguments());
  }

  /** The settings of a machine whose pip.conf names the index with its login. */
  private Map<String, String> machine(String more) throws IOException {
    Path conf = folder.resolve("pip.conf");
    String url = URL.replace("://", "://" + LOGIN + "@");
    Files.writeString(conf, "[global]\nindex-url = " + url + "\n" + more + "\n");
    return machine(conf.toString(), "");
  }

  /**
   * The environment variables of that machine. An empty one counts as not set, whatever the machine
   * of this test has.
   */
  private static Map<String, String> machine(String conf, String index) {
    return Map.of(
        "PIP_CONFIG_FILE",
        conf,
        "PIP_INDEX_URL",
        index,
        "PIP_EXTRA_INDEX_URL",
        "",
        "PIP_CERT",
        "",
        "PIP_NO_INDEX",
        "");
  }

  private void makeCertificates() throws IOException {
    Process made =
        new ProcessBuilder("bash", "-euc", CERTIFICATES, "make", folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(made.getInputStream().readAllBytes());
    assertEquals(0, made.onExit().join().exitValue(), output);
  }

  private void write(String file, String content) {
    LocalCommand.runWith(content, "exec", environment.name(), "--", "tee", file).exits(0);
  }
}
