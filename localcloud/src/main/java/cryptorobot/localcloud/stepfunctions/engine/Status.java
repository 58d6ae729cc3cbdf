package cryptorobot.localcloud.stepfunctions.engine;

/** Where an execution stands, in AWS's words. */
public enum Status {
  RUNNING,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  ABORTED
}
