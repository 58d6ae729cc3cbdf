package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code inspect-host} says of a release that an operation is about. */
class RecordedSettingsTest {
  private static final String RELEASE = "20261125T220000Z-abc1234";

  private static final String SERVICES =
      "[{\"name\":\"r\",\"type\":\"trading_robot\",\"command\":\"python r.py\",\"enabled\":true}]";

  @TempDir private Path folder;

  @Test
  void areAllThatTheManifestHas() throws IOException {
    JsonNode settings = inspect("rollback", manifest("http", "https-or-http"));
    assertEquals(
        Map.ofEntries(
            Map.entry("Services", SERVICES),
            Map.entry("Port", "8080"),
            Map.entry("HealthPath", "/api/v1/ping"),
            Map.entry("PersistentPaths", "[\"user_data\"]"),
            Map.entry("PythonVersion", "3.11"),
            Map.entry("VirtualEnvPath", folder + "/environment"),
            Map.entry("RepositoryUrl", "https://example.org/robot.git"),
            Map.entry("Branch", "trunk"),
            Map.entry("Revision", "a".repeat(40)),
            Map.entry("CertificateHostname", "robot.example.org"),
            Map.entry("Protocol", "https-or-http"),
            Map.entry("Simulate", "true"),
            Map.entry("WhenKeysInvalid", "refuse"),
            Map.entry("KeepReleases", "9"),
            Map.entry("BakeSeconds", "4")),
        new ObjectMapper().convertValue(settings, Map.class));
  }

  @ParameterizedTest
  @CsvSource({
    // What serves, what was requested, the operation, what it is to serve.
    "http,  http,          rollback,           http",
    "https, https,         rotate-keys,        https",
    "https, https-or-http, rotate-keys,        https-or-http",
    "http,  https-or-http, restart,            http",
    "https, https-or-http, restart,            https",
    "https, https-or-http, rotate-certificate, https",
    // A manifest of before does not say what was requested; the request's own default is https.
    "http,  '',            rollback,           http",
    "https, '',            rollback,           https",
    "https, '',            restart,            https",
  })
  void sayWhichProtocolTheReleaseSpeaks(
      String serves, String requested, String operation, String wanted) throws IOException {
    JsonNode settings = inspect(operation, manifest(serves, requested));
    assertEquals(wanted, settings.get("Protocol").asText());
  }

  @Test
  void leaveToTheRequestWhatAManifestOfBeforeDoesNotSay() throws IOException {
    JsonNode settings = inspect("rollback", manifest("http", ""));
    assertTrue(settings.path("WhenKeysInvalid").isMissingNode(), settings::toString);
    assertEquals("8080", settings.get("Port").asText());
  }

  /** As a deploy writes it; without a requested protocol, as one of before wrote it. */
  private String manifest(String protocol, String requested) {
    String later =
        """
        ,"requested_protocol":"%s","simulate":true,"when_keys_invalid":"refuse","keep_releases":9,"bake_seconds":4"""
            .formatted(requested);
    return """
    {"release":"%s","revision":"%s","branch":"trunk","repository_url":"https://example.org/robot.git",\
    "subject":"","created_at":"2026-11-25T22:00:00Z","finished_at":"2026-11-25T22:00:00Z","python_version":"3.11",\
    "python":"/usr/bin/python3.11","python_full_version":"3.11.2","environment_hash":"0","virtual_env_path":\
    "%s/environment","requirements_sha256":"%5$s","env_base_sha256":"%5$s","units_sha256":"%5$s",\
    "units_digest":"0","services":%s,"port":8080,"health_path":"/api/v1/ping",\
    "persistent_paths":["user_data"],"mode":"simulation","keys_version":"","protocol":"%6$s",\
    "certificate_hostname":"robot.example.org","certificate_version":"","certificate_not_after":"",\
    "execution":"arn:aws:states:x"%7$s}"""
        .formatted(
            RELEASE,
            "a".repeat(40),
            folder,
            SERVICES,
            "f".repeat(64),
            protocol,
            requested.isEmpty() ? "" : later);
  }

  private JsonNode inspect(String operation, String manifest) throws IOException {
    Path release = Files.createDirectories(folder.resolve("releases").resolve(RELEASE));
    Files.writeString(release.resolve("release.json"), manifest);
    Files.writeString(
        folder.resolve("history.jsonl"),
        "{\"event\":\"confirmed\",\"release\":\"%s\",\"at\":\"2026-11-25T22:01:00Z\"}\n"
            .formatted(RELEASE));
    var settings = new HashMap<>(Map.of("SSM_Operation", operation, "SSM_Protocol", "https"));
    settings.put("SSM_Release", operation.equals("rollback") ? RELEASE : "");
    Script.Ended ended =
        Script.module(
            folder,
            "inspect",
            settings,
            "",
            List.of(folder.toString(), RELEASE, "", "true", "", "", "", "", "yes", "/dev/null")
                .toArray(String[]::new));
    assertEquals(0, ended.code(), ended::errors);
    return new ObjectMapper().readTree(ended.output()).get("settings");
  }
}
