package cryptorobot.localcloud.machines;

import java.util.concurrent.CompletableFuture;

/** A command on its way inside an instance. */
public interface RunningCommand {

  /**
   * Completes when the command has ended, whatever ended it, and nobody holds its outputs; never
   * exceptionally.
   */
  CompletableFuture<CommandEnd> done();

  /** Kills the command's process group; {@link #done} completes soon after. Harmless afterwards. */
  void cancel();
}
