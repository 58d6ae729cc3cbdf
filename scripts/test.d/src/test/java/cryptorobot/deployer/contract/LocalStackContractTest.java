package cryptorobot.deployer.contract;

import cryptorobot.deployer.localstack.LocalStack;
import cryptorobot.deployer.localstack.LocalStackParameter;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The adapters against LocalStack, or against the endpoint in {@code -Daws.endpoint} (in the region
 * {@code -Daws.region}).
 *
 * <p>LocalStack's Run Command is moto's: every command succeeds at once, without output, for any
 * document and instance. It knows no agents, and it does not keep why an execution was aborted. For
 * an instance that a command was not sent to, it answers XML with the code 400, so that no client
 * recognizes the error InvocationDoesNotExist: {@code moto/ssm/models.py} raises a {@code
 * RESTError}, where other errors of moto's SSM are a {@code JsonRESTError}. Another endpoint is
 * expected to support all of this; {@code -Daws.lacks=RUNS_SCRIPTS,KNOWS_AGENTS} names what it does
 * not support.
 */
@Tag("localstack")
@ExtendWith(LocalStackParameter.class)
final class LocalStackContractTest {
  private Target cloud;

  @BeforeEach
  void connect(LocalStack localStack) {
    cloud =
        new EndpointTarget(
            localStack.startedHere() ? "LocalStack" : localStack.endpoint().toString(),
            localStack.endpoint(),
            System.getProperty("aws.region", "us-east-1"),
            localStack.startedHere()
                ? EnumSet.of(
                    Ability.RUNS_SCRIPTS,
                    Ability.CHECKS_COMMANDS,
                    Ability.REPORTS_MISSING_INVOCATIONS,
                    Ability.KNOWS_AGENTS,
                    Ability.REPORTS_WHY_ABORTED)
                : lacking(System.getProperty("aws.lacks", "")));
  }

  private static Set<Ability> lacking(String names) {
    Set<Ability> lacks = EnumSet.noneOf(Ability.class);
    for (String name : names.isEmpty() ? new String[0] : names.split(",")) {
      lacks.add(Ability.valueOf(name.strip()));
    }
    return lacks;
  }

  @Nested
  class OfInstances extends InstancesContract {
    @Override
    Target target() {
      return cloud;
    }
  }

  @Nested
  class OfHostCommands extends HostCommandsContract {
    @Override
    Target target() {
      return cloud;
    }
  }

  @Nested
  class OfSecrets extends SecretsContract {
    @Override
    Target target() {
      return cloud;
    }
  }

  @Nested
  class OfExecutions extends ExecutionsContract {
    @Override
    Target target() {
      return cloud;
    }
  }

  @Nested
  class OfNotices extends NoticesContract {
    @Override
    Target target() {
      return cloud;
    }
  }
}
