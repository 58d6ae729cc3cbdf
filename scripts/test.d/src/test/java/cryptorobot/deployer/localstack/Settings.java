package cryptorobot.deployer.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The settings of a LocalStack that these tests start, and their files.
 *
 * @param folder contains the files; LocalStack sees it at {@link #MOUNTED}
 */
record Settings(Path folder) {
  static final String MOUNTED = "/mnt";

  private static final String MOCKS = "sfn-mock-config.json";

  static Settings write() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "localstack").toAbsolutePath());
    Files.writeString(folder.resolve(MOCKS), mocks());
    return new Settings(folder);
  }

  private static String mocks() {
    try {
      return MockConfig.of(List.of(Route.values())).toString();
    } catch (Exception e) {
      throw new IllegalStateException("the mock configuration cannot be made", e);
    }
  }

  Map<String, String> variables() {
    return Map.of("SFN_MOCK_CONFIG", MOUNTED + "/" + MOCKS);
  }
}
