package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two environments of one stack: neither can read the secrets of the other. */
@Tag("instance")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretIsolationTest {
  private static final String MARK = "visible-if-leaked";
  private static final String KEYS =
      "{\"BINANCE_API_KEY\": \"" + MARK + "\", \"BINANCE_SECRET_KEY\": \"" + MARK + "\"}";
  private static final String READ =
      """
      aws --region eu-west-1 --endpoint-url http://169.254.169.254:%s secretsmanager \
        get-secret-value --secret-id "crypto-robot/$1/$2" --query Name --output text 2>&1 || true
      """;

  private TestEnvironment first;
  private TestEnvironment second;

  @BeforeAll
  void twoInstances(@TempDir Path folder) {
    first = new TestEnvironment("one.local", Robot.in(folder.resolve("one")));
    second = new TestEnvironment("two.local", Robot.in(folder.resolve("two")));
    for (TestEnvironment environment : List.of(first, second)) {
      environment.local("up").exits(0);
      environment.store("keys", KEYS);
      environment.store("repository", "{\"token\": \"" + MARK + "\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "certificate", "repository"})
  void anInstanceReadsItsOwnSecretsAndNoOthers(String kind) {
    for (TestEnvironment[] pair :
        List.of(new TestEnvironment[] {first, second}, new TestEnvironment[] {second, first})) {
      TestEnvironment owner = pair[0];
      TestEnvironment other = pair[1];
      String name = "crypto-robot/" + owner.name() + "/" + kind;
      assertEquals(name, read(owner, owner.name(), kind));
      String refused = read(other, owner.name(), kind);
      assertTrue(refused.contains("AccessDeniedException"), refused);
      assertTrue(refused.contains(Instance.of(other).id()), refused);
    }
  }

  @Test
  void aStepThatNamesAnotherEnvironmentsSecretIsRefusedByTheInstanceRole() {
    var instance = Instance.of(first);
    var controller =
        Controller.named(
            "other",
            instance,
            Map.of(
                "Lifetime", "execution",
                "StealFrom", "",
                "CertificateSecret", "crypto-robot/two.local/certificate",
                "CertificateVersion", "00000000-0000-0000-0000-000000000000",
                "CertificateHostname", "two.local",
                "KeepUntilReboot", "false"));
    var held = controller.run("acquire-lock", 0).good();
    var owner = controller.with("Generation", held.path("generation").asText());
    String message = owner.run("validate-certificate", 20).failsAs("CertificateUnreadable", 51);
    assertTrue(message.contains("AccessDenied"), message);
    owner.run("release-lock", 90).good();
  }

  @Test
  void aRequestCannotNameASecretAtAll() {
    var run =
        ExecutionHandle.start(
            "{\"environment\": \"one.local\", \"operation\": \"rotate-keys\","
                + " \"keys_secret\": \"crypto-robot/two.local/keys\"}");
    assertTrue(run.failsAs("RequestRefused").contains("$.keys_secret"), "names the invalid field");
  }

  private static String read(TestEnvironment where, String environment, String kind) {
    String port = System.getenv("LOCAL_PORT");
    return where.inside("bash", "-c", READ.formatted(port), "bash", environment, kind);
  }
}
