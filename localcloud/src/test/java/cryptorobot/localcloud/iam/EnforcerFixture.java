package cryptorobot.localcloud.iam;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The policy enforcer of one stack with this project's template. For each stack, the account has an
 * instance and three secrets for each of {@code staging.local} and {@code production.local}.
 */
final class EnforcerFixture {
  static final Account ACCOUNT = new Account("eu-west-1");
  static final Map<String, String> INSTANCES =
      Map.of("i-5", "staging.local", "i-9", "production.local");

  /** The operator's access key id. */
  static final String OPERATOR = "AKIAIOSFODNN7EXAMPLE";

  final Principals principals =
      new Principals(key -> Optional.of(key.replace("ASIAOF", "")).filter(INSTANCES::containsKey));
  final AccessReport report;
  private final PolicyEnforcer enforcer;

  EnforcerFixture(Path folder, String prefix, String... environments) {
    CurrentRoles roles =
        new CurrentRoles(ProjectRoles.template(prefix), () -> List.of(environments));
    AccessLog accessLog = new AccessLog(new PrivateFileStore(folder.resolve("iam")));
    report = new AccessReport(roles, accessLog);
    enforcer =
        new PolicyEnforcer(
            ACCOUNT,
            new Actors(
                principals,
                roles,
                OPERATOR,
                key -> Optional.of(key.replace("ASIAOF", "")).flatMap(EnforcerFixture::machine)),
            new ResourceLookup() {
              @Override
              public Optional<String> secretArn(String name) {
                return INSTANCES.values().stream().anyMatch(e -> name.contains("/" + e + "/"))
                    ? Optional.of(ACCOUNT.arn("secretsmanager", "secret:" + name + "-AbCdEf"))
                    : Optional.empty();
              }

              @Override
              public Map<String, String> instanceTags(String instanceId) {
                return machine(instanceId).map(LocalInstance::tags).orElse(Map.of());
              }
            },
            accessLog);
  }

  private static Optional<LocalInstance> machine(String id) {
    return Optional.ofNullable(INSTANCES.get(id))
        .map(
            environment ->
                new LocalInstance(
                    id,
                    environment,
                    MachineState.RUNNING,
                    Optional.empty(),
                    "10.213.0.2",
                    Optional.empty(),
                    Map.of(LocalInstance.ENVIRONMENT_TAG, environment)));
  }

  /** The access key of a function, or of the state machines. */
  String keyOf(String name) {
    return principals.accessKeyOf(name);
  }

  static String keyOfInstance(String id) {
    return "ASIAOF" + id;
  }

  void call(String accessKeyId, String action, String request) {
    String service = action.substring(0, action.indexOf(':'));
    enforcer.authorize(new Caller(accessKeyId, ACCOUNT.region(), service), action, json(request));
  }

  void isAllowed(String accessKeyId, String action, String request) {
    assertDoesNotThrow(() -> call(accessKeyId, action, request), action + " " + request);
  }

  ApiError isRefused(String accessKeyId, String action, String request) {
    return assertThrows(
        ApiError.class, () -> call(accessKeyId, action, request), action + " " + request);
  }

  private static JsonNode json(String text) {
    try {
      return AwsJson.parse(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
