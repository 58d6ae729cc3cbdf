package cryptorobot.localcloud.machines;

import java.util.concurrent.CompletableFuture;

/** A command that runs in an instance. */
public interface RunningCommand {

  /**
   * Completes when the command has ended for any reason and its outputs are closed. Never completes
   * exceptionally.
   */
  CompletableFuture<CommandEnd> done();

  /**
   * Kills the command's process group; {@link #done} completes soon after. No effect after the end.
   */
  void cancel();
}
