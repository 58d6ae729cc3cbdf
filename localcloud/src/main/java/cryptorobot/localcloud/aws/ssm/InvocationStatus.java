package cryptorobot.localcloud.aws.ssm;

/**
 * The status of a command on one instance: SSM's Status and the more detailed StatusDetails, which
 * has no spaces in responses.
 */
enum InvocationStatus {
  PENDING("Pending", "Pending", false),
  DELAYED("Delayed", "Delayed", false),
  IN_PROGRESS("InProgress", "InProgress", false),
  SUCCESS("Success", "Success", true),
  FAILED("Failed", "Failed", true),
  CANCELLED("Cancelled", "Cancelled", true),
  DELIVERY_TIMED_OUT("TimedOut", "DeliveryTimedOut", true),
  EXECUTION_TIMED_OUT("TimedOut", "ExecutionTimedOut", true);

  private final String status;
  private final String details;
  private final boolean terminal;

  InvocationStatus(String status, String details, boolean terminal) {
    this.status = status;
    this.details = details;
    this.terminal = terminal;
  }

  String status() {
    return status;
  }

  String details() {
    return details;
  }

  boolean isTerminal() {
    return terminal;
  }
}
