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
 * The policy enforcer of the stacks of one prefix with this project's templates. The account has an
 * instance and three secrets for each of {@link #INSTANCES}.
 */
final class EnforcerFixture {
  static final Account ACCOUNT = new Account("eu-west-1");
  static final Map<String, String> INSTANCES =
      Map.of(
          "i-5", "staging.local",
          "i-9", "production.local",
          "i-1", "a.b",
          "i-2", "a-b",
          "i-3", "a.bc",
          "i-4", "staging-a.b");

  /** The operator's access key id. */
  static final String OPERATOR = "AKIAIOSFODNN7EXAMPLE";

  final Principals principals =
      new Principals(key -> Optional.of(key.replace("ASIAOF", "")).filter(INSTANCES::containsKey));
  final AccessReport report;
  private final PolicyEnforcer enforcer;
  private final CurrentRoles roles;

  EnforcerFixture(Path folder, String prefix, String... environments) {
    roles = new CurrentRoles(ProjectRoles.template(prefix), () -> List.of(environments));
    AccessLog accessLog = new AccessLog(new PrivateFileStore(folder.resolve("iam")));
    report = new AccessReport(roles, accessLog);
    enforcer =
        new PolicyEnforcer(
            ACCOUNT,
            new Actors(
                principals,
                roles,
                OPERATOR,
                key -> Optional.of(key.replace("ASIAOF", "")).flatMap(id -> machine(id, prefix))),
            new ResourceLookup() {
              @Override
              public Optional<String> secretArn(String name) {
                return INSTANCES.values().stream().anyMatch(e -> name.contains("/" + e + "/"))
                    ? Optional.of(ACCOUNT.arn("secretsmanager", "secret:" + name + "-AbCdEf"))
                    : Optional.empty();
              }

              @Override
              public Map<String, String> instanceTags(String instanceId) {
                String stack = instanceId.equals("i-9") ? "production" : prefix;
                return machine(instanceId, stack).map(LocalInstance::tags).orElse(Map.of());
              }
            },
            accessLog);
  }

  /** The instance i-9 belongs to another stack than the one of the fixture. */
  private static Optional<LocalInstance> machine(String id, String stack) {
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
                    Map.of(
                        LocalInstance.ENVIRONMENT_TAG,
                        environment,
                        LocalInstance.STACK_TAG,
                        stack)));
  }

  /** The access key of a function or a role. */
  String keyOf(String name) {
    return principals.accessKeyOf(name);
  }

  /** The access key of the state machines of an environment. */
  String keyOfMachines(String environment) {
    return keyOf(roles.nameOfMachines(environment));
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
