package cryptorobot.deployer.local.cli;

import picocli.CommandLine.Option;

/** The options every command has. */
final class EnvironmentOption {
  static final String DEFAULT = "crypto-robot.local";

  @Option(
      names = "--environment",
      paramLabel = "NAME",
      description = "the environment (default: " + DEFAULT + ")")
  private String name;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this")
  private boolean help;

  String name() {
    return name == null ? DEFAULT : name;
  }

  boolean given() {
    return name != null;
  }
}
