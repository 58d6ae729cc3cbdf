package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataServerTest {
  private static final LocalInstance MACHINE =
      new LocalInstance(
          "i-0123456789abcdef0",
          "crypto-robot.local",
          MachineState.RUNNING,
          Optional.of(Instant.parse("2026-11-23T06:15:00Z")),
          "127.0.0.1",
          Optional.empty(),
          Map.of(LocalInstance.ENVIRONMENT_TAG, "crypto-robot.local"));

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicReference<Optional<LocalInstance>> caller =
      new AtomicReference<>(Optional.of(MACHINE));
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T06:20:00Z"));
  private MetadataServer server;

  @BeforeEach
  void start() throws IOException {
    var clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now.get();
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }
        };
    var random = new SecureRandom();
    server =
        MetadataServer.start(
            address -> address.equals("127.0.0.1") ? caller.get() : Optional.empty(),
            new SessionCredentials(clock, new FakeSessionIssuer()),
            "eu-west-1",
            clock,
            random);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void refusesEverythingWithoutAToken() throws Exception {
    assertEquals(401, get("meta-data/instance-id", "").statusCode());
    assertEquals(401, get("meta-data/instance-id", "made-up").statusCode());
  }

  @Test
  void issuesTokensOnlyForAValidTimeToLive() throws Exception {
    assertEquals(400, put(Map.of()).statusCode(), "without a time to live");
    assertEquals(400, put(Map.of("X-aws-ec2-metadata-token-ttl-seconds", "0")).statusCode());
    assertEquals(400, put(Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21601")).statusCode());
    assertEquals(200, put(Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600")).statusCode());
  }

  @Test
  void refusesATokenToAProxy() throws Exception {
    var headers =
        Map.of("X-aws-ec2-metadata-token-ttl-seconds", "60", "X-Forwarded-For", "192.0.2.1");

    assertEquals(403, put(headers).statusCode());
  }

  @Test
  void tokensExpire() throws Exception {
    String token = token();
    now.set(now.get().plusSeconds(59));
    assertEquals(200, get("meta-data/instance-id", token).statusCode());

    now.set(now.get().plusSeconds(1));
    assertEquals(401, get("meta-data/instance-id", token).statusCode());
  }

  @Test
  void aTokenIsValidForItsInstanceOnly() throws Exception {
    String token = token();
    caller.set(
        Optional.of(
            new LocalInstance(
                "i-ffffffffffffffff0",
                "other",
                MachineState.RUNNING,
                Optional.empty(),
                "127.0.0.1",
                Optional.empty(),
                Map.of())));

    assertEquals(401, get("meta-data/instance-id", token).statusCode());
  }

  @Test
  void returnsTheMetadataOfTheInstance() throws Exception {
    String token = token();

    assertEquals("i-0123456789abcdef0", get("meta-data/instance-id", token).body());
    assertEquals("127.0.0.1", get("meta-data/local-ipv4", token).body());
    assertEquals("eu-west-1", get("meta-data/placement/region", token).body());
    assertEquals("eu-west-1a", get("meta-data/placement/availability-zone", token).body());
    assertEquals(
        "crypto-robot.local",
        get("meta-data/tags/instance/crypto-robot:environment", token).body());
    assertEquals("availability-zone\nregion", get("meta-data/placement/", token).body());
    assertEquals("dynamic/\nmeta-data/", get("", token).body());
    assertEquals(404, get("meta-data/nothing", token).statusCode());
    var identity =
        new ObjectMapper().readTree(get("dynamic/instance-identity/document", token).body());
    assertEquals("i-0123456789abcdef0", identity.path("instanceId").asText());
    assertEquals("2026-11-23T06:15:00Z", identity.path("pendingTime").asText());
  }

  @Test
  void issuesCredentialsThatIdentifyTheInstanceAndRenewsThemInTime() throws Exception {
    String token = token();
    String role = get("meta-data/iam/security-credentials/", token).body();
    var json = new ObjectMapper();

    var first = json.readTree(get("meta-data/iam/security-credentials/" + role, token).body());
    assertEquals("Success", first.path("Code").asText());
    assertEquals("2026-11-23T12:20:00Z", first.path("Expiration").asText());
    assertEquals(
        SessionCredentials.keyIdOf("i-0123456789abcdef0"), first.path("AccessKeyId").asText());
    assertTrue(first.path("AccessKeyId").asText().matches("ASIA[A-Z2-7]{16}"), first.toString());

    now.set(Instant.parse("2026-11-23T12:06:00Z"));
    var later = json.readTree(get("meta-data/iam/security-credentials/" + role, token()).body());
    assertNotEquals(
        first.path("SecretAccessKey").asText(),
        later.path("SecretAccessKey").asText(),
        "new credentials are there before the old ones end");
  }

  @Test
  void returnsNothingToAnUnknownAddress() throws Exception {
    caller.set(Optional.empty());

    assertEquals(404, put(Map.of("X-aws-ec2-metadata-token-ttl-seconds", "60")).statusCode());
  }

  private String token() throws Exception {
    return put(Map.of("X-aws-ec2-metadata-token-ttl-seconds", "60")).body();
  }

  private HttpResponse<String> put(Map<String, String> headers) throws Exception {
    var request = HttpRequest.newBuilder(at("api/token")).PUT(BodyPublishers.noBody());
    headers.forEach(request::header);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String token) throws Exception {
    var request = HttpRequest.newBuilder(at(path));
    if (!token.isEmpty()) {
      request.header("X-aws-ec2-metadata-token", token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + "/latest/" + path);
  }
}
