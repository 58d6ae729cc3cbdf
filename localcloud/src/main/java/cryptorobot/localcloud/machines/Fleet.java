package cryptorobot.localcloud.machines;

import java.util.List;

/** The instances of the local cloud. Thread-safe. */
public interface Fleet {

  /** All instances in all states, ordered by environment. */
  List<LocalInstance> machines();

  /**
   * Returns the instance of an environment. Creates it if it is missing: stopped, with a copy of
   * the cached image as its disk. Blocks for seconds, or for about a minute if the image must be
   * created first.
   *
   * @throws IllegalArgumentException if the name is not valid for a folder and a tag
   * @throws FleetException if the image or the disk could not be created; nothing incomplete
   *     remains
   */
  LocalInstance create(String environment);

  /**
   * Powers the instance on: pending, then running; later its agent is online. Returns at once. Does
   * nothing if the instance is pending or running.
   *
   * @throws FleetException if the instance does not exist or is stopping
   */
  void start(String instanceId);

  /**
   * Powers the instance off: stopping, then stopped. Forces it off if a clean power-off takes too
   * long. Keeps the disk. Returns at once. Does nothing if the instance is stopping or stopped.
   *
   * @throws FleetException if the instance does not exist
   */
  void stop(String instanceId);

  /**
   * Powers the instance off, waits until it is stopped, and deletes its disk.
   *
   * @throws FleetException if the instance does not exist or could not be removed completely
   */
  void remove(String instanceId);

  /**
   * Runs a command as root inside the instance.
   *
   * @throws FleetException if the instance does not exist or is not running
   */
  RunningCommand run(String instanceId, ProcessRequest command);
}
