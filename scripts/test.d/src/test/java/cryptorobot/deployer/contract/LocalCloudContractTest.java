package cryptorobot.deployer.contract;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The adapters against the local cloud: what a deploy on the local cloud proves is true for the
 * adapters.
 */
final class LocalCloudContractTest {
  @TempDir Path state;
  private Target cloud;

  @BeforeEach
  void start() throws Exception {
    cloud = new LocalCloudTarget(state);
  }

  @AfterEach
  void stop() {
    cloud.close();
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
