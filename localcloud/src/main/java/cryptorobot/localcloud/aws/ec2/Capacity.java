package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.machines.LocalInstance;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether EC2 has room to start an environment's instance; it has, until somebody says it has not.
 */
public final class Capacity {
  private final Set<String> full = ConcurrentHashMap.newKeySet();

  /** From now on there is room for this environment's instance, or none. */
  public void set(String environment, boolean room) {
    if (room) {
      full.remove(environment);
    } else {
      full.add(environment);
    }
  }

  boolean hasRoomFor(LocalInstance machine) {
    return !full.contains(machine.environment());
  }
}
