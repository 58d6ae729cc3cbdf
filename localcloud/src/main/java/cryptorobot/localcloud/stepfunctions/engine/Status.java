package cryptorobot.localcloud.stepfunctions.engine;

/** The status of an execution, as named by AWS. */
public enum Status {
  RUNNING,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  ABORTED
}
