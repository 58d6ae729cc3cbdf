package cryptorobot.deployer.local.cli;

import static java.util.Objects.requireNonNull;

/**
 * What the commands work with: the settings, the screen, and the local cloud, which is started when
 * the first command needs it.
 */
final class Workplace {
  private final Settings settings;
  private final Screen screen;
  private boolean started;

  Workplace(Settings settings, Screen screen) {
    this.settings = requireNonNull(settings, "settings is null");
    this.screen = requireNonNull(screen, "screen is null");
  }

  Settings settings() {
    return settings;
  }

  Screen screen() {
    return screen;
  }

  ControlPlane control() {
    start();
    return controlIfRunning();
  }

  /** The control plane as it is: for commands that must not start anything. */
  ControlPlane controlIfRunning() {
    return new ControlPlane(settings.endpoint());
  }

  Executions executions() {
    start();
    return new Executions(AwsAccess.of(settings), settings);
  }

  Secrets secrets() {
    start();
    return new Secrets(AwsAccess.of(settings));
  }

  HostStatus hostStatus() {
    return new HostStatus(AwsAccess.of(settings));
  }

  Scripts scripts() {
    return new Scripts(settings);
  }

  private void start() {
    if (!started) {
      int exit = scripts().run("start-cloud.sh");
      if (exit != 0) {
        throw new CommandFailure(
            exit == ExitCode.UNFIT.number() ? ExitCode.UNFIT : ExitCode.FAILED,
            "the local cloud is not there");
      }
      started = true;
    }
  }
}
