package cryptorobot.localcloud.machines;

import java.util.List;

/** The instances of the local cloud. All methods may be called from any thread. */
public interface Fleet {

  /** Every instance there is, in every state, as of now; ordered by environment. */
  List<LocalInstance> machines();

  /**
   * The instance of an environment, made (stopped, its disk a copy of the cached image) if there is
   * none. Blocks: seconds, or about a minute when the image has to be made first.
   *
   * @throws IllegalArgumentException if the name is not fit for a folder and a tag
   * @throws FleetException if the image or the disk could not be made; nothing half-made stays
   */
  LocalInstance create(String environment);

  /**
   * Powers the instance on: pending, then running, then (some time later) its agent is online.
   * Returns at once; does nothing when it is pending or running already.
   *
   * @throws FleetException if there is no such instance, or it is stopping
   */
  void start(String instanceId);

  /**
   * Powers the instance off cleanly, and hard when that takes too long: stopping, then stopped. The
   * disk stays. Returns at once; does nothing when it is stopping or stopped already.
   *
   * @throws FleetException if there is no such instance
   */
  void stop(String instanceId);

  /**
   * Powers the instance off, waits for it, and deletes its disk.
   *
   * @throws FleetException if there is no such instance, or something of it could not be removed
   */
  void remove(String instanceId);

  /**
   * Runs a command as root inside the instance.
   *
   * @throws FleetException if there is no such instance, or it is not running
   */
  RunningCommand run(String instanceId, ProcessRequest command);
}
