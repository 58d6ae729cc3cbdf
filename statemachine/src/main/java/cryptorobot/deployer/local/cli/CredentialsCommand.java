package cryptorobot.deployer.local.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

@Command(
    name = "credentials",
    description =
        "Prints how AWS's tools reach the local cloud, for a shell: eval \"$(./scripts/local credentials)\".")
final class CredentialsCommand implements Callable<Integer> {
  private final Workplace workplace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this")
  private boolean help;

  CredentialsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    // Starts the local cloud, which makes them.
    workplace.control();
    AwsAccess access = AwsAccess.of(workplace.settings());
    AwsCredentials keys = access.operator();
    List.of(
            "AWS_ACCESS_KEY_ID=" + keys.accessKeyId(),
            "AWS_SECRET_ACCESS_KEY=" + keys.secretAccessKey(),
            // One of a person's own account would be sent along.
            "AWS_SESSION_TOKEN=",
            "AWS_REGION=" + access.region(),
            "AWS_DEFAULT_REGION=" + access.region(),
            "AWS_ENDPOINT_URL=" + access.endpoint())
        .forEach(variable -> workplace.screen().line("export " + variable));
    return ExitCode.DONE.number();
  }
}
