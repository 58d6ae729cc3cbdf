package cryptorobot.localcloud.machines;

/** The states of an EC2 instance that a local instance knows. */
public enum MachineState {
  PENDING,
  RUNNING,
  STOPPING,
  STOPPED
}
