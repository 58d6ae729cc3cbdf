package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static cryptorobot.deployer.document.FolderHost.OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code robothost/manifest.py} and its readers: a manifest that the application's user may have
 * changed.
 */
class ManifestTest {
  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseOfAnEarlierVersion() {
    host = new FolderHost(folder).good(OLD).good(NEW).serving(NEW);
  }

  @Test
  void believesWhatADeployWrote() {
    Script.Ended ended = fields(NEW, "mode", "port", "protocol", "persistent_paths");
    assertEquals("live\n5000\nhttps\n[\"data\"]\n", ended.output(), ended::errors);
  }

  @Test
  void believesAManifestWithAllOfTheRequest() {
    changes(
        "\"mode\":",
        "\"simulate\":false,\"when_keys_invalid\":\"refuse\",\"requested_protocol\":\"https-or-http\","
            + "\"keep_releases\":5,\"bake_seconds\":0,\"mode\":");
    assertEquals("5\n0\n", fields(NEW, "keep_releases", "bake_seconds").output());
  }

  @Test
  void goesByTheCopyThatIsRoots() {
    host.write("state/releases/" + NEW + "/release.json", host.manifest(NEW));
    changes("\"port\":5000", "\"port\":6000");
    assertEquals("5000\n", fields(NEW, "port").output());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"max_age_seconds\":60 | \"max_age_seconds\":\"EUID[$(touch pwned)]\"",
        "\"max_age_seconds\":60 | \"max_age_seconds\":\"60\"",
        "\"max_age_seconds\":60 | \"max_age_seconds\":0",
        "\"max_age_seconds\":60 | \"max_age_seconds\":true",
        "\"max_age_seconds\":60 | \"max_age_seconds\":99999999999999999999",
        "\"max_age_seconds\":60 | \"max_age_seconds\":1e3",
        "\"max_age_seconds\":60 | \"max_age_seconds\":NaN",
        "data/heartbeat | ../../etc/shadow",
        "\"port\":5000 | \"port\":\"5000\"",
        "\"port\":5000 | \"port\":0",
        "\"port\":5000 | \"port\":65536",
        "\"port\":5000 | \"port\":[5000]",
        "\"port\":5000 | \"port\":5000,\"port\":5001",
        "\"protocol\":\"https\" | \"protocol\":\"-K/opt/crypto-robot/x\"",
        "\"protocol\":\"https\" | \"protocol\":\"file\"",
        "\"protocol\":\"https\" | \"protocol\":\"https\\nhttp\"",
        "\"health_path\":\"/health\" | \"health_path\":\"/health -o /etc/x\"",
        "\"health_path\":\"/health\" | \"health_path\":\"health\"",
        "\"certificate_hostname\":\"x.local\" | \"certificate_hostname\":\"../..\"",
        "\"certificate_hostname\":\"x.local\" | \"certificate_hostname\":\"-x\"",
        "\"repository_url\":\"https: | \"repository_url\":\"--upload-pack=x:",
        "\"branch\":\"main\" | \"branch\":\"--exec=x\"",
        "\"mode\":\"live\" | \"mode\":\"\"",
        "\"mode\":\"live\" | \"mode\":null",
        "\"mode\":\"live\", | ",
        "\"persistent_paths\":[\"data\"] | \"persistent_paths\":[\"../releases\"]",
        "\"persistent_paths\":[\"data\"] | \"persistent_paths\":\"data\"",
        "\"name\":\"crypto-webapp\" | \"name\":\"-o-all\"",
        "\"name\":\"crypto-webapp\" | \"name\":\"crypto-robot\"",
        "\"name\":\"crypto-webapp\" | \"name\":\"sshd\\n\"",
        "\"type\":\"web_application\" | \"type\":[\"web_application\"]",
        "\"enabled\":true} | \"enabled\":\"true\"}",
        "\"command\":\"python app.py\" | \"command\":\"python app.py\\nExecStartPre=+/bin/sh\"",
        "/venv\" | /releases/../venv\"",
        "/venv\" | /a/venv\"",
        "\"environment_hash\":\" | \"environment_hash\":\"../",
        "\"revision\":\"0 | \"revision\":\"-",
        "\"release\":\"2026 | \"release\":\"2025",
        "{\"release\" | [\"release\"",
        "\"python\":\"/usr | \"python\":\"usr",
        "\"mode\": | \"bake_seconds\":\"1;id\",\"mode\":",
        "\"mode\": | \"bake_seconds\":10,\"mode\":",
        "\"mode\": | \"simulate\":\"true\",\"mode\":",
      })
  void refusesWhatNoDeployWrites(String change) {
    String[] parts = change.split(" \\| ?", 2);
    changes(parts[0], parts[1]);
    Script.Ended ended = fields(NEW, "port");
    assertEquals(1, ended.code(), ended::output);
    assertTrue(
        ended
            .errors()
            .startsWith("release " + NEW + " is not usable: its release.json was changed"),
        ended::errors);
    assertEquals(1, ended.errors().lines().count(), ended::errors);
    assertFalse(host.has("pwned"), "evaluated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "pipe", "folder", "large", "bytes", "depth", "empty"})
  void refusesWhatIsNoPlainFileOfJson(String kind) throws IOException {
    Path file = host.release(NEW).resolve("release.json");
    Files.delete(file);
    switch (kind) {
      case "link" -> Files.createSymbolicLink(file, folder.resolve("secret"));
      case "pipe" -> Script.run(List.of("mkfifo", file.toString()), Map.of(), "");
      case "folder" -> Files.createDirectory(file);
      case "large" -> Files.writeString(file, " ".repeat(200_000) + host.manifest(NEW));
      case "bytes" -> Files.writeString(file, "\u00e9", StandardCharsets.ISO_8859_1);
      case "depth" -> Files.writeString(file, "[".repeat(100_000));
      default -> Files.writeString(file, "");
    }
    host.write("secret", "of-root");
    Script.Ended ended = fields(NEW, "port");
    assertEquals(1, ended.code(), ended::output);
    assertTrue(ended.errors().contains("is not usable"), ended::errors);
    assertFalse(ended.errors().contains("of-root"), ended::errors);
  }

  @Test
  void showsASubjectWithoutWhatMovesACursor() {
    changes("\"subject\":\"Trade\"", "\"subject\":\"Tr\\u001b[2Jade\\ud800\"");
    assertEquals("Tr [2Jade \n", fields(NEW, "subject").output());
  }

  @Test
  void evaluatesNoNumberOfAManifest() {
    changes("\"max_age_seconds\":60", "\"max_age_seconds\":\"EUID[$(touch " + pwned() + ")]\"");
    Script.Ended ended =
        readings(
            "silence_of() { echo 5; }\nread_serving "
                + NEW
                + " || result \"$reason\"\nis_heard crypto-robot || true");
    assertFalse(host.has("pwned"), () -> "root ran a number: " + ended.errors());
    assertTrue(
        ended.output().contains("is not usable: its release.json was changed: services"),
        ended::output);
  }

  @Test
  void evaluatesNoNumberOfARequest() {
    String services =
        """
        [{"name":"a","type":"trading_robot","command":"x","enabled":true,"heartbeat_file":"data/x","max_age_seconds":"EUID[$(touch %s)]"}]"""
            .formatted(pwned());
    Script.Ended ended =
        readings("silence_of() { echo 5; }\nread_services '" + services + "'\nis_heard a || true");
    assertFalse(host.has("pwned"), () -> "root ran a number: " + ended.errors());
    assertTrue(ended.output().contains("InvalidParameter"), ended::output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-K/opt/x", "file", "https -o", ""})
  void asksOverHttpOnly(String protocol) {
    host.standIn("curl", "() { touch '" + pwned() + "'; }");
    Script.Ended ended =
        readings(
            "web_answers crypto-webapp 5000 /health '%s' x.local || result \"$reason\""
                .formatted(protocol));
    assertFalse(host.has("pwned"), () -> "asked over " + protocol);
    assertTrue(ended.output().contains("InvalidParameter"), ended::output);
  }

  private String pwned() {
    return folder.resolve("pwned").toString();
  }

  private void changes(String from, String to) {
    String file = "app/releases/" + NEW + "/release.json";
    String text = host.read(file);
    assertTrue(text.contains(from), () -> from + " is not in " + text);
    host.write(file, text.replace(from, to));
  }

  private Script.Ended fields(String release, String... names) {
    var words = new java.util.ArrayList<>(List.of(host.application().toString(), release));
    words.addAll(List.of(names));
    return Script.module(
        folder.resolve("state"), "manifest", Map.of(), "", words.toArray(String[]::new));
  }

  private Script.Ended readings(String commands) {
    return host.library(List.of("history.sh", "unit.sh", "manifest.sh", "health.sh"), commands);
  }
}
