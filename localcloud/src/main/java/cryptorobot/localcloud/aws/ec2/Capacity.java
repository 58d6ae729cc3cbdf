package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.machines.LocalInstance;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whether EC2 has capacity to start the instance of an environment. The default is yes. */
public final class Capacity {
  private final Set<String> full = ConcurrentHashMap.newKeySet();

  /** Sets whether EC2 has capacity for the instance of this environment. */
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
