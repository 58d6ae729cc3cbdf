package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs that package a template for CloudFormation. */
enum Packager {
  AWS_NEWEST,
  AWS_OF_DEBIAN,
  SAM_NEWEST,
  SAM_OLDEST;

  private static final Path DEBIANS = Path.of("/usr/bin/aws");

  /** Aborts the test if the program is not on this machine and cannot be installed. */
  private Path program() throws IOException, InterruptedException {
    return switch (this) {
      case AWS_NEWEST -> AwsTools.newest().program("aws");
      case AWS_OF_DEBIAN -> {
        assumeTrue(Files.exists(DEBIANS), "/usr/bin/aws is missing");
        yield DEBIANS;
      }
      case SAM_NEWEST -> AwsTools.newest().program("sam");
      case SAM_OLDEST -> AwsTools.oldestSam().program("sam");
    };
  }

  String version() throws IOException, InterruptedException {
    return AwsTools.run(Map.of(), program().toString(), "--version").text().strip();
  }

  /** Packages a template of this project into a file. */
  AwsTools.Result run(Path template, String bucket, Path output, Map<String, String> variables)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    switch (this) {
      case AWS_NEWEST, AWS_OF_DEBIAN -> command.addAll(List.of("cloudformation", "package"));
      case SAM_NEWEST, SAM_OLDEST -> command.add("package");
    }
    command.addAll(
        List.of(
            "--template-file",
            template.toString(),
            "--s3-bucket",
            bucket,
            "--output-template-file",
            output.toString()));
    return AwsTools.run(variables, command.toArray(String[]::new));
  }
}
