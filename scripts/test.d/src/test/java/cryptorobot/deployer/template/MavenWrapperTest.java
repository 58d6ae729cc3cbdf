package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mvnw} runs only the Maven whose checksum is in the repository. */
class MavenWrapperTest {
  private static final String PROPERTIES = ".mvn/wrapper/maven-wrapper.properties";

  @TempDir private Path folder;
  private HttpServer server;
  private Path archive;

  private record Result(int exit, String text) {}

  @BeforeEach
  void offerAnotherMaven() throws IOException {
    String properties = Project.text(PROPERTIES);
    String url = properties.replaceFirst("(?s).*distributionUrl=(\\S+).*", "$1");
    String name = url.substring(url.lastIndexOf('/') + 1);
    archive = folder.resolve(name);
    try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry(name.replace("-bin.zip", "/bin/mvn")));
      zip.write("#!/bin/sh\necho another Maven runs\n".getBytes(StandardCharsets.UTF_8));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, Files.size(archive));
          Files.copy(archive, exchange.getResponseBody());
          exchange.close();
        });
    server.start();
    Files.createDirectories(folder.resolve(PROPERTIES).getParent());
    Files.copy(Project.file("mvnw"), folder.resolve("mvnw"));
    Files.writeString(
        folder.resolve(PROPERTIES),
        properties.replace(url, "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name));
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void refusesAnArchiveWithAWrongChecksum() throws Exception {
    Result result = mvnw();
    assertEquals(1, result.exit, result.text);
    assertTrue(result.text.contains("Failed to validate Maven distribution SHA-256"), result.text);
    assertFalse(result.text.contains("another Maven runs"), result.text);
  }

  @Test
  void runsAnArchiveWithTheRightChecksum() throws Exception {
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
    Path properties = folder.resolve(PROPERTIES);
    Files.writeString(
        properties,
        Files.readString(properties)
            .replaceFirst(
                "distributionSha256Sum=[0-9a-f]{64}",
                "distributionSha256Sum=" + HexFormat.of().formatHex(sum)));
    // The archive of this test keeps no permissions.
    Result result = mvnw();
    assertTrue(
        result.text.contains("cannot exec") || result.text.contains("Permission"), result.text);
  }

  private Result mvnw() throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("sh", folder.resolve("mvnw").toString(), "--version")
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("MAVEN_USER_HOME", folder.resolve("home").toString());
    builder.environment().remove("MVNW_REPOURL");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), text);
  }
}
