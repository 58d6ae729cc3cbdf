package cryptorobot.deployer.local.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole deployer on this machine: a cloud, an instance, and your robot on it. */
@Command(
    name = "./scripts/local",
    description = "The whole deployer on this machine: a cloud, an instance, and your robot on it.")
public final class Local implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this")
  private boolean help;

  private Local() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv(), Path.of(System.getProperty("local.home", "."))));
  }

  static int run(String[] arguments, Map<String, String> environment, Path home) {
    try {
      Settings settings = Settings.of(environment, home);
      Screen screen = Screen.of(System.out, System.err, Boolean.getBoolean("local.terminal"));
      return commands(new Workplace(settings, screen)).execute(arguments);
    } catch (CommandFailure failure) {
      System.err.println(failure.getMessage());
      return failure.exitCode().number();
    }
  }

  static CommandLine commands(Workplace workplace) {
    return new CommandLine(new Local())
        .addSubcommand(new UpCommand(workplace))
        .addSubcommand(new DeployCommand(workplace))
        .addSubcommand(new FollowCommand(workplace))
        .addSubcommand(new RollbackCommand(workplace))
        .addSubcommand(new RotateCommand.Keys(workplace))
        .addSubcommand(new RotateCommand.Certificate(workplace))
        .addSubcommand(new PowerCommand(workplace))
        .addSubcommand(new CheckCertificatesCommand(workplace))
        .addSubcommand(new DriftCommand(workplace))
        .addSubcommand(new MigrateCommand(workplace))
        .addSubcommand(new StatusCommand(workplace))
        .addSubcommand(new CheckHealthCommand(workplace))
        .addSubcommand(new CrashReportCommand(workplace))
        .addSubcommand(new ExecCommand(workplace))
        .addSubcommand(new LogsCommand(workplace))
        .addSubcommand(new SecretCommand.Keys(workplace))
        .addSubcommand(new SecretCommand.Certificate(workplace))
        .addSubcommand(new SecretCommand.Repository(workplace))
        .addSubcommand(new CredentialsCommand(workplace))
        .addSubcommand(new DownCommand(workplace))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failed, command, parsed) -> explain(failed, command));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int explain(Exception failed, CommandLine command) throws Exception {
    PrintWriter err = command.getErr();
    if (failed instanceof CommandFailure failure) {
      err.println(failure.getMessage());
      return failure.exitCode().number();
    }
    if (failed instanceof ExecutionException wrapped && wrapped.getCause() instanceof Exception e) {
      return explain(e, command);
    }
    throw failed;
  }
}
