package cryptorobot.localcloud.aws.ssm;

/**
 * Where a command is on one instance: SSM's Status, and its StatusDetails, which tells more and is
 * spelled without spaces in answers.
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
  private final boolean last;

  InvocationStatus(String status, String details, boolean last) {
    this.status = status;
    this.details = details;
    this.last = last;
  }

  String status() {
    return status;
  }

  String details() {
    return details;
  }

  boolean last() {
    return last;
  }
}
