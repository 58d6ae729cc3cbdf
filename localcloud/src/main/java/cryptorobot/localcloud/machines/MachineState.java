package cryptorobot.localcloud.machines;

/** The states of a local instance, named as on EC2. */
public enum MachineState {
  PENDING,
  RUNNING,
  STOPPING,
  STOPPED
}
