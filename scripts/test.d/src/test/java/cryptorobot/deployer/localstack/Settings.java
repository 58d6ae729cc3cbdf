package cryptorobot.deployer.localstack;

import cryptorobot.localcloud.aws.lambda.RuntimeClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a LocalStack that these tests start, and their files.
 *
 * @param folder contains the files; LocalStack sees it at {@link #MOUNTED}
 * @param runsFunctions whether its Lambda runs functions in JVMs, by {@code
 *     scripts/test.d/localstack/executor}
 */
record Settings(Path folder, boolean runsFunctions) {
  static final String MOUNTED = "/mnt";

  private static final String MOCKS = "sfn-mock-config.json";
  private static final Path EXECUTOR = Path.of("localstack", "executor");

  static Settings write(boolean runsFunctions) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "localstack").toAbsolutePath());
    Files.writeString(folder.resolve(MOCKS), mocks());
    if (runsFunctions) {
      try (var files = Files.walk(EXECUTOR)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          copy(file, folder.resolve("executor").resolve(EXECUTOR.relativize(file).toString()));
        }
      }
      List<Path> client = RuntimeClassPath.of(Path.of(""), System.getProperty("java.class.path"));
      for (Path jar : client.subList(1, client.size())) {
        copy(jar, folder.resolve("client").resolve(jar.getFileName().toString()));
      }
    }
    return new Settings(folder, runsFunctions);
  }

  private static void copy(Path file, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String mocks() {
    try {
      return MockConfig.of(List.of(Route.values())).toString();
    } catch (Exception e) {
      throw new IllegalStateException("the mock configuration cannot be made", e);
    }
  }

  Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    variables.put("SFN_MOCK_CONFIG", MOUNTED + "/" + MOCKS);
    if (runsFunctions) {
      variables.put("LAMBDA_RUNTIME_EXECUTOR", "jvm");
      variables.put("PYTHONPATH", MOUNTED + "/executor");
      variables.put("CLIENT_FOLDER", MOUNTED + "/client");
    }
    return variables;
  }
}
