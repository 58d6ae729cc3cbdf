package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.lambda.RuntimeClassPath;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * Settings from environment variables: LOCAL_PORT (4566), LOCAL_STATE
 * (/var/lib/crypto-robot-local), AWS_REGION (eu-west-1), LOCAL_SUBNET (10.213.0.0/16), LOCAL_LAMBDA
 * ({@code process} or empty), LOCAL_INSTANCE_RELEASE ({@code bookworm}, {@code trixie} or empty;
 * read by {@code make-image.sh}) and AWS_ENDPOINT_URL_LAMBDA (the state machines invoke functions
 * at this endpoint instead of here).
 *
 * @param home the project's folder, from the system property {@code local.home}; defaults to the
 *     working folder
 */
record CloudSettings(
    Path home,
    Path state,
    int port,
    String region,
    String subnet,
    LambdaMode lambda,
    Optional<URI> outsideLambda,
    Map<String, String> environment,
    String classPath) {
  /** The StackPrefix of the deployer's stack and of the environments' stacks. */
  static final String PREFIX = "crypto-robot";

  /** Where functions run. */
  enum LambdaMode {
    SAME_JVM,
    PROCESS
  }

  CloudSettings {
    Objects.requireNonNull(home, "home is null");
    Objects.requireNonNull(state, "state is null");
    environment = Map.copyOf(environment);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("LOCAL_PORT is not a port: " + port);
    }
  }

  static CloudSettings of(Map<String, String> environment, Properties properties) {
    String release = environment.getOrDefault("LOCAL_INSTANCE_RELEASE", "");
    if (!List.of("", "bookworm", "trixie").contains(release)) {
      throw new IllegalArgumentException(
          "LOCAL_INSTANCE_RELEASE must be bookworm (Debian 12), trixie (Debian 13) or empty, not "
              + release);
    }
    return new CloudSettings(
        Path.of(properties.getProperty("local.home", "")).toAbsolutePath().normalize(),
        Path.of(environment.getOrDefault("LOCAL_STATE", "/var/lib/crypto-robot-local"))
            .toAbsolutePath()
            .normalize(),
        port(environment.getOrDefault("LOCAL_PORT", "4566")),
        environment.getOrDefault("AWS_REGION", "eu-west-1"),
        environment.getOrDefault("LOCAL_SUBNET", "10.213.0.0/16"),
        mode(environment.getOrDefault("LOCAL_LAMBDA", "")),
        outside(environment.getOrDefault("AWS_ENDPOINT_URL_LAMBDA", "")),
        environment,
        properties.getProperty("java.class.path"));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  Path functionsJar() {
    return home.resolve("functions/target/functions.jar");
  }

  Duration functionTimeout() {
    return Duration.ofSeconds(60);
  }

  /** The variables that template.yaml gives the functions, and the AWS endpoint. */
  Map<String, String> functionEnvironment(String topicArn) {
    Map<String, String> variables = new HashMap<>();
    variables.put("AWS_ENDPOINT_URL", endpoint().toString());
    variables.put("DOCUMENT_PREFIX", PREFIX);
    variables.put("SECRET_PREFIX", PREFIX);
    variables.put("TOPIC_ARN", topicArn);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("AWS_ENDPOINT_URL_")) {
            variables.put(name, value);
          }
        });
    return variables;
  }

  /** The environment of a script on an instance, as if a drop-in of the agent's unit had set it. */
  Map<String, String> scriptEnvironment() {
    return Map.of(
        "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG", "C.UTF-8",
        "AWS_ENDPOINT_URL", "http://169.254.169.254:" + port);
  }

  /** The packaged functions, and AWS's runtime from the class path of this program. */
  List<Path> runtimeClassPath() {
    return RuntimeClassPath.of(functionsJar(), classPath);
  }

  private static int port(String text) {
    if (!text.matches("\\d{1,5}")) {
      throw new IllegalArgumentException("LOCAL_PORT is not a port: " + text);
    }
    return Integer.parseInt(text);
  }

  private static Optional<URI> outside(String url) {
    if (!url.isEmpty() && !url.matches("https?://[^/]+/?")) {
      throw new IllegalArgumentException(
          "AWS_ENDPOINT_URL_LAMBDA must be an http or https URL without a path, not " + url);
    }
    return Optional.of(url).filter(given -> !given.isEmpty()).map(URI::create);
  }

  private static LambdaMode mode(String text) {
    return switch (text) {
      case "" -> LambdaMode.SAME_JVM;
      case "process" -> LambdaMode.PROCESS;
      default ->
          throw new IllegalArgumentException(
              "LOCAL_LAMBDA must be 'process' or empty, not " + text);
    };
  }
}
