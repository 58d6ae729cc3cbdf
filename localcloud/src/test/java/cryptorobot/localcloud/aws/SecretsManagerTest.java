package cryptorobot.localcloud.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

final class SecretsManagerTest {
  private static final String NAME = "crypto-robot/crypto-robot.local/keys";
  private static final String SENTINEL = "sentinel-5f1c";

  @TempDir Path state;
  private TestCloud test;
  private SecretsManagerClient client;

  @BeforeEach
  void start() throws Exception {
    test = new TestCloud(state);
    client = test.client(SecretsManagerClient.builder());
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
  }

  @Test
  void returnsWhatWasPutAndMovesTheStages() {
    String first = client.createSecret(r -> r.name(NAME).secretString("one")).versionId();
    String second = client.putSecretValue(r -> r.secretId(NAME).secretString("two")).versionId();

    assertEquals("two", client.getSecretValue(r -> r.secretId(NAME)).secretString());
    assertEquals(
        "one",
        client.getSecretValue(r -> r.secretId(NAME).versionStage("AWSPREVIOUS")).secretString());
    assertEquals(
        "one", client.getSecretValue(r -> r.secretId(NAME).versionId(first)).secretString());
    var stages = client.describeSecret(r -> r.secretId(NAME)).versionIdsToStages();
    assertEquals(List.of("AWSCURRENT"), stages.get(second));
    assertEquals(List.of("AWSPREVIOUS"), stages.get(first));
  }

  @Test
  void removesAVersionThatLostItsLastStage() {
    String first = client.createSecret(r -> r.name(NAME).secretString("one")).versionId();
    client.putSecretValue(r -> r.secretId(NAME).secretString("two"));
    client.putSecretValue(r -> r.secretId(NAME).secretString("three"));

    assertThrows(
        ResourceNotFoundException.class,
        () -> client.getSecretValue(r -> r.secretId(NAME).versionId(first)));
  }

  @Test
  void returnsResourceNotFoundForAMissingSecret() {
    var error =
        assertThrows(
            ResourceNotFoundException.class, () -> client.describeSecret(r -> r.secretId("no")));
    assertEquals("ResourceNotFoundException", error.awsErrorDetails().errorCode());
    assertEquals(
        "Secrets Manager can't find the specified secret.", error.awsErrorDetails().errorMessage());
    assertFalse(error.requestId().isBlank(), "every response has a request id");
  }

  @Test
  void refusesASecondSecretOfTheSameName() {
    client.createSecret(r -> r.name(NAME).secretString("one"));
    assertThrows(
        ResourceExistsException.class,
        () -> client.createSecret(r -> r.name(NAME).secretString("two")));
  }

  @Test
  void aRepeatedRequestGetsTheSameResponse() {
    String token = "0123456789012345678901234567890123456789";
    client.createSecret(r -> r.name(NAME).secretString("a").clientRequestToken(token));
    assertEquals(
        token,
        client
            .createSecret(r -> r.name(NAME).secretString("a").clientRequestToken(token))
            .versionId());
    assertThrows(
        ResourceExistsException.class,
        () ->
            client.putSecretValue(
                r -> r.secretId(NAME).secretString("b").clientRequestToken(token)));
  }

  @Test
  void refusesToReadASecretThatIsMarkedForDeletion() {
    client.createSecret(r -> r.name(NAME).secretString("one"));
    client.deleteSecret(r -> r.secretId(NAME));

    assertThrows(InvalidRequestException.class, () -> client.getSecretValue(r -> r.secretId(NAME)));
    assertTrue(client.listSecrets().secretList().isEmpty(), "deleted secrets are not listed");
  }

  @Test
  void restoresASecretThatIsMarkedForDeletion() {
    String arn = client.createSecret(r -> r.name(NAME).secretString("one")).arn();
    client.deleteSecret(r -> r.secretId(NAME));

    assertEquals(arn, client.restoreSecret(r -> r.secretId(NAME)).arn());
    assertEquals("one", client.getSecretValue(r -> r.secretId(NAME)).secretString());
    assertNull(client.describeSecret(r -> r.secretId(NAME)).deletedDate());
    assertEquals(1, client.listSecrets().secretList().size());
    assertThrows(
        ResourceNotFoundException.class, () -> client.restoreSecret(r -> r.secretId("no")));
  }

  @Test
  void findsASecretByArnWithAndWithoutItsSuffix() {
    String arn = client.createSecret(r -> r.name(NAME).secretString("one")).arn();
    assertEquals("one", client.getSecretValue(r -> r.secretId(arn)).secretString());
    String partial = arn.substring(0, arn.length() - 7);
    assertEquals("one", client.getSecretValue(r -> r.secretId(partial)).secretString());
  }

  @Test
  void storesSecretsInFilesThatOnlyTheirOwnerCanRead() throws Exception {
    client.createSecret(r -> r.name(NAME).secretString(SENTINEL));

    Path folder = state.resolve("secrets");
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(Files.readString(file).contains(SENTINEL), "the search below can find it");
      }
    }
  }

  @Test
  void neverWritesAValueToTheLog() {
    client.createSecret(r -> r.name(NAME).secretString(SENTINEL));
    client.getSecretValue(r -> r.secretId(NAME));
    test.http(
        "secretsmanager",
        "POST",
        "/",
        "{\"SecretString\": \"" + SENTINEL + "\", oops",
        "X-Amz-Target",
        "secretsmanager.CreateSecret");

    assertTrue(test.logged().contains("secretsmanager:GetSecretValue 200"), test.logged());
    assertFalse(test.logged().contains(SENTINEL), "a secret's value is in the log");
  }

  @Test
  void keepsSecretsAcrossARestart() throws Exception {
    client.createSecret(r -> r.name(NAME).secretString("one"));
    String version = client.putSecretValue(r -> r.secretId(NAME).secretString("two")).versionId();
    test.close();

    start();
    var value = client.getSecretValue(r -> r.secretId(NAME));
    assertEquals("two", value.secretString());
    assertEquals(version, value.versionId());
  }
}
