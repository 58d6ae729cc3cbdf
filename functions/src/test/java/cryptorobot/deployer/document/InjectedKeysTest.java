package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inject-keys}: what a release gets last, and where its keys do not go. */
class InjectedKeysTest {
  private static final String KEY = "a-key-that-nobody-may-see";

  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatIsBuilt() throws IOException {
    host = new FolderHost(folder).finished(NEW);
    Files.delete(host.release(NEW).resolve("release.json"));
    host.write("app/releases/" + NEW + "/.env", "LEVEL=info\n");
    host.write("state/releases/" + NEW + ".commit", "0".repeat(40) + "\nmain\nurl\nsubject\n");
    host.with("Release", NEW).with("Phase", "30");
    host.with("KeysSecret", "crypto-robot/x.local/keys").with("KeysVersion", "v1");
    host.with("CertificateHostname", "x.local").with("Protocol", "http");
    host.with("CertificateVersion", "").with("CertificateNotAfter", "");
    host.with("VirtualEnvPath", host.application().resolve("venv").toString());
    host.with("Port", "5000").with("HealthPath", "/health").with("PersistentPaths", "[\"data\"]");
    host.with("RepositoryUrl", "https://git.local/robot").with("Branch", "main");
    host.with("RequestedProtocol", "https-or-http").with("Simulate", "false");
    host.with("WhenKeysInvalid", "refuse").with("KeepReleases", "7").with("BakeSeconds", "3");
    host.with("PythonVersion", python()).with("Services", service("python main.py"));
    host.standIn(
        "aws",
        "() { echo '{\"BINANCE_API_KEY\": \""
            + KEY
            + "\", \"BINANCE_SECRET_KEY\": \""
            + KEY
            + "\"}'; }");
    host.standIn("curl", "() { echo eu-west-1; }");
  }

  private static String python() {
    String version = "import sys; print('%d.%d' % sys.version_info[:2])";
    return Script.run(List.of("python3", "-c", version), Map.of(), "").output().strip();
  }

  private static String service(String command) {
    return "[{\"name\":\"crypto-robot\",\"type\":\"trading_robot\",\"command\":\"%s\",\"enabled\":true}]"
        .formatted(command);
  }

  @Test
  void finishesARelease() throws IOException {
    Script.Ended ended = host.run("inject-keys");

    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    Path env = host.release(NEW).resolve(".env");
    assertTrue(Files.readString(env).contains("BINANCE_API_KEY=" + KEY), "its keys");
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(env), ".env");
    assertTrue(host.has("app/releases/" + NEW + "/release.json"), "its manifest");
  }

  @Test
  void recordsWhatALaterOperationOnTheReleaseNeeds() throws IOException {
    host.run("inject-keys");

    String manifest = Files.readString(host.release(NEW).resolve("release.json"));
    for (String recorded :
        List.of(
            "\"protocol\":\"http\"",
            "\"requested_protocol\":\"https-or-http\"",
            "\"simulate\":false",
            "\"when_keys_invalid\":\"refuse\"",
            "\"keep_releases\":7",
            "\"bake_seconds\":3")) {
      assertTrue(manifest.contains(recorded), () -> recorded + " is not in " + manifest);
    }
  }

  @Test
  void saysItsKeysNowhere() {
    Script.Ended ended = host.run("inject-keys");

    assertFalse((ended.output() + ended.errors()).contains(KEY), "on its streams");
    Script.Ended found =
        Script.run(List.of("grep", "-rl", KEY, host.application().toString()), Map.of(), "");
    assertEquals(host.release(NEW).resolve(".env").toString(), found.output().strip());
  }

  @Test
  void callsAReleaseFinishedOnlyWhenAllOfItIsThere() {
    host.with("Services", service("no-such-program main.py"));

    Script.Ended ended = host.run("inject-keys");

    assertEquals(10, ended.code(), () -> ended.output() + ended.errors());
    assertFalse(
        host.has("app/releases/" + NEW + "/release.json"),
        "it has no units and passes for finished");
  }

  private void awsFails(String message) {
    host.standIn("aws", "() { echo '" + message + "' >&2; return 254; }");
  }

  private void hasNoKeys(String reason) throws IOException {
    host.with("WhenKeysInvalid", "simulate");
    Script.Ended ended = host.run("inject-keys");
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(
        ended
            .output()
            .contains("\"mode\":\"simulation\",\"reason\":\"no keys given: " + reason + "\""),
        ended.output());
    String env = Files.readString(host.release(NEW).resolve(".env"));
    assertTrue(env.contains("ROBOT_MODE=simulation") && !env.contains("BINANCE"), env);
  }

  @Test
  void aReleaseWithGoodKeysIsLive() throws IOException {
    Script.Ended ended = host.run("inject-keys");
    assertTrue(
        ended
            .output()
            .endsWith(
                "{\"mode\":\"live\",\"reason\":\"keys given\",\"protocol\":\"http\",\"keys_version\":\"v1\"}\n"),
        ended.output());
    assertFalse((ended.output() + ended.errors()).contains(KEY), "a key was printed");
  }

  @Test
  void aReleaseGetsNoKeysIfTheRequestRequiresASimulation() throws IOException {
    host.with("Simulate", "true");
    hasNoKeys("the request requires a simulation");
  }

  @Test
  void aReleaseGetsNoKeysWithoutASecret() throws IOException {
    host.with("KeysVersion", "");
    awsFails("nobody may call it");
    hasNoKeys("there is no secret crypto-robot/x.local/keys");
  }

  @Test
  void aReleaseGetsNoKeysIfTheSecretIsGone() throws IOException {
    awsFails("An error occurred (ResourceNotFoundException) when calling GetSecretValue");
    hasNoKeys("the secret crypto-robot/x.local/keys has no version v1");
  }

  @Test
  void aReleaseGetsNoKeysThatCannotBeKeys() throws IOException {
    host.standIn(
        "aws", "() { echo '{\"BINANCE_API_KEY\": \"***\", \"BINANCE_SECRET_KEY\": \"x\"}'; }");
    hasNoKeys("BINANCE_API_KEY is a placeholder that nothing replaced");
  }

  @Test
  void badKeysAreRefusedIfTheRequestRequiresKeys() throws IOException {
    host.standIn("aws", "() { echo '{}'; }");
    Script.Ended ended = host.run("inject-keys");
    assertEquals(52, ended.code(), ended.output() + ended.errors());
    assertTrue(
        ended
            .output()
            .contains(
                "\"failure\":\"KeysRefused\",\"message\":\"BINANCE_API_KEY is missing from the secret\""),
        ended.output());
    assertEquals(
        "LEVEL=info\n", Files.readString(host.release(NEW).resolve(".env")), "nothing was changed");
  }

  /** It is never a simulation: an outage must not take the keys from a robot. */
  @Test
  void aSecretThatCannotBeReadIsAFailure() throws IOException {
    host.with("WhenKeysInvalid", "simulate");
    awsFails("An error occurred (AccessDeniedException) when calling GetSecretValue");
    Script.Ended ended = host.run("inject-keys");
    assertEquals(50, ended.code(), ended.output() + ended.errors());
    assertTrue(ended.output().contains("\"failure\":\"KeysUnreadable\""), ended.output());
    assertEquals(
        "LEVEL=info\n", Files.readString(host.release(NEW).resolve(".env")), "nothing was changed");
  }
}
