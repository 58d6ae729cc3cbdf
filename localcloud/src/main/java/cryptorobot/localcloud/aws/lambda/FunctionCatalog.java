package cryptorobot.localcloud.aws.lambda;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The functions in the packaged jar: every public handler of the package {@code step}. */
public final class FunctionCatalog {
  private static final String FOLDER = "cryptorobot/deployer/step/";
  private static final String HANDLER =
      "com/amazonaws/services/lambda/runtime/RequestStreamHandler";

  private final Account account;
  private final Principals principals;
  private final IssuedKeys keys;

  public FunctionCatalog(Account account, Principals principals, IssuedKeys keys) {
    this.account = account;
    this.principals = principals;
    this.keys = keys;
  }

  /**
   * Reads the jar.
   *
   * @param environment the variables of all functions, without those that Lambda sets
   */
  public List<Function> read(Path jar, Duration timeout, Map<String, String> environment)
      throws IOException {
    if (!Files.isRegularFile(jar)) {
      throw new IOException(jar + " is missing: package the functions first (./mvnw package)");
    }
    List<Function> functions = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        String path = entry.getName();
        if (path.startsWith(FOLDER) && path.endsWith(".class") && !path.contains("$")) {
          try (InputStream in = file.getInputStream(entry)) {
            if (isHandler(ClassFile.of().parse(in.readAllBytes()))) {
              functions.add(function(path, timeout, environment));
            }
          }
        }
      }
    }
    return functions;
  }

  private static boolean isHandler(ClassModel model) {
    return model.flags().has(AccessFlag.PUBLIC)
        && !model.flags().has(AccessFlag.ABSTRACT)
        && model.interfaces().stream().anyMatch(type -> type.asInternalName().equals(HANDLER));
  }

  private Function function(String path, Duration timeout, Map<String, String> environment) {
    String simple = path.substring(FOLDER.length(), path.length() - ".class".length());
    String name = "crypto-robot-" + simple;
    Map<String, String> all = new HashMap<>(environment);
    all.put("AWS_REGION", account.region());
    all.put("AWS_DEFAULT_REGION", account.region());
    IssuedKeys.Key key = keys.issue(principals.accessKeyOf(name), IssuedKeys.WITH_THE_CLOUD);
    all.put("AWS_ACCESS_KEY_ID", key.accessKeyId());
    all.put("AWS_SECRET_ACCESS_KEY", key.secretAccessKey());
    all.put("AWS_SESSION_TOKEN", key.token());
    all.put("AWS_LAMBDA_FUNCTION_NAME", name);
    all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    all.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
    all.put("AWS_LAMBDA_LOG_STREAM_NAME", "local");
    all.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
    return new Function(
        name,
        account.arn("lambda", "function:" + name),
        "cryptorobot.deployer.step." + simple,
        account.role(name),
        timeout,
        all);
  }
}
