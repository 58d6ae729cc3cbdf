package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.endtoend.LocalCommand.Result;
import cryptorobot.localcloud.machines.CertificateFlaw;
import cryptorobot.localcloud.machines.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One environment and the robot that is deployed to it. */
record TestEnvironment(String name, Robot robot) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Deploys the newest commit of the robot's main branch, with a short bake because there are many
   * deploys.
   */
  Result deploy(String... more) {
    return LocalCommand.run(deployArguments(more));
  }

  String[] deployArguments(String... more) {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("deploy", "--environment", name));
    arguments.addAll(List.of("--repository", robot.path(), "--set", "bake_seconds=1"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  Result local(String command, String... more) {
    var arguments = new ArrayList<>(List.of(command, "--environment", name));
    arguments.addAll(List.of(more));
    return LocalCommand.run(arguments.toArray(String[]::new));
  }

  Result store(String kind, String secret) {
    return LocalCommand.runWith(secret, kind, "--environment", name).exits(0);
  }

  /** What {@code status --json} reports about this environment. */
  JsonNode status() {
    for (JsonNode one :
        parse(LocalCommand.run("status", "--json").exits(0).stdout()).path("environments")) {
      if (one.path("environment").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("status --json does not know " + name);
  }

  /** Asserts that this commit serves and is healthy, and that the web application confirms it. */
  JsonNode serves(String commit) {
    JsonNode status = status();
    assertEquals(commit, status.path("revision").asText(), () -> "what serves: " + status);
    assertEquals("healthy", status.path("health").asText(), status::toString);
    JsonNode health = health(status);
    assertEquals("ok", health.path("status").asText(), health::toString);
    assertEquals(commit, health.path("revision").asText(), health::toString);
    return status;
  }

  /** The web application's own answer. Its certificate is checked as a browser checks it. */
  JsonNode health() {
    return health(status());
  }

  private static JsonNode health(JsonNode status) {
    String url = status.path("url").asText();
    assertTrue(url.contains("://"), () -> "nothing serves: " + status);
    try {
      Path root = Files.createTempFile("root-", ".pem");
      Files.writeString(root, authority().rootPem());
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "--silent",
                  "--show-error",
                  "--fail",
                  "--max-time",
                  "10",
                  "--noproxy",
                  "*",
                  "--cacert",
                  root.toString(),
                  url + "/health")
              .redirectErrorStream(true)
              .start();
      String output = new String(curl.getInputStream().readAllBytes());
      int exit = curl.waitFor();
      Files.delete(root);
      assertEquals(0, exit, () -> url + "/health: " + output);
      return parse(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a command prints on the instance. */
  String inside(String... command) {
    var arguments = new ArrayList<>(List.of("exec", name, "--"));
    arguments.addAll(List.of(command));
    return LocalCommand.run(arguments.toArray(String[]::new)).exits(0).stdout().strip();
  }

  /** The main processes of both units: the same before and after means nothing was restarted. */
  String processes() {
    return inside(
        "systemctl", "show", "--property=MainPID", "--value", "crypto-robot", "crypto-webapp");
  }

  long counter() {
    return Long.parseLong(inside("cat", "/opt/crypto-robot/current/data/counter"));
  }

  /** A certificate for this environment from the authority that its instance trusts. */
  String certificate(CertificateFlaw flaw) {
    var issued = flaw.issue(authority(), name, status().path("address").asText());
    var value = JSON.createObjectNode();
    value.put("cert", issued.cert()).put("key", issued.key()).put("chain", issued.chain());
    return value.toString();
  }

  private static TestAuthority authority() {
    try {
      return TestAuthority.in(LocalCommand.state().resolve("authority"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
