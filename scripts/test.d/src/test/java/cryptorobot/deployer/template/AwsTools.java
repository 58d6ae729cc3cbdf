package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * AWS tools from PyPI. The newest are the AWS CLI, the SAM CLI with cfn-lint and SAM's translator,
 * and moto; they are updated once a day. Each set is in a virtual environment of this user's cache.
 * A test that needs one does not run where it is missing and PyPI does not answer.
 */
final class AwsTools {
  private static final List<String> NEWEST =
      List.of("awscli", "aws-sam-cli", "aws-sam-translator", "cfn-lint", "moto[proxy,s3,server]");

  /** The first version whose dependencies still can be installed with Python 3.11. */
  static final String OLDEST_SAM = "1.93.0";

  private final Path folder;
  private final List<String> packages;
  private final Duration valid;

  /** The exit code of a program, and both its outputs in one string. */
  record Result(int exit, String text) {}

  private AwsTools(Path folder, List<String> packages, Duration valid) {
    this.folder = folder;
    this.packages = packages;
    this.valid = valid;
  }

  static AwsTools newest() throws IOException, InterruptedException {
    return installed("aws-tools", NEWEST, Duration.ofDays(1));
  }

  /** The oldest SAM CLI that pip installs. */
  static AwsTools oldestSam() throws IOException, InterruptedException {
    return installed(
        "sam-" + OLDEST_SAM, List.of("aws-sam-cli==" + OLDEST_SAM), Duration.ofDays(36_500));
  }

  private static AwsTools installed(String name, List<String> packages, Duration valid)
      throws IOException, InterruptedException {
    String cache =
        System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    Path folder = Files.createDirectories(Path.of(cache, "crypto-robot-deployer", name));
    AwsTools tools = new AwsTools(folder, packages, valid);
    Path lock = folder.resolveSibling(name + ".lock");
    try (FileChannel one =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = one.lock()) {
      tools.bringUpToDate();
    }
    return tools;
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  /** The name and version of each package, one a line. */
  String versions() throws IOException, InterruptedException {
    List<String> names = packages.stream().map(name -> name.replaceFirst("[\\[=].*", "")).toList();
    return pip("list", "--format=freeze")
        .text
        .lines()
        .filter(line -> names.contains(line.replaceFirst("==.*", "")))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private void bringUpToDate() throws IOException, InterruptedException {
    Path complete = folder.resolve("complete");
    boolean usable = Files.exists(complete);
    if (usable
        && Files.getLastModifiedTime(complete).toInstant().isAfter(Instant.now().minus(valid))) {
      return;
    }
    if (!Files.exists(program("pip"))) {
      must(run(Map.of(), "/usr/bin/python3", "-m", "venv", folder.toString()));
    }
    Result index =
        pip(
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            folder.resolve("downloads").toString(),
            packages.getFirst());
    if (index.exit == 0) {
      must(
          pip(
              Stream.concat(Stream.of("install", "--quiet", "--upgrade"), packages.stream())
                  .toArray(String[]::new)));
      Files.writeString(complete, "");
    } else if (!usable) {
      abort("PyPI does not answer: " + index.text.strip().lines().reduce("", (_, last) -> last));
    }
  }

  private Result pip(String... arguments) throws IOException, InterruptedException {
    return run(
        Map.of(
            "PIP_RETRIES", "1", "PIP_DEFAULT_TIMEOUT", "10", "PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        Stream.concat(Stream.of(program("pip").toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static void must(Result result) {
    if (result.exit != 0) {
      throw new AssertionError(result.text);
    }
  }

  /** Runs a command in the root of this project, without the AWS settings of this user. */
  static Result run(Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(command).directory(Project.file("").toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(Map.of("AWS_CONFIG_FILE", "/dev/null", "SAM_CLI_TELEMETRY", "0"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), text);
  }
}
