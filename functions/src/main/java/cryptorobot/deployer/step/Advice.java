package cryptorobot.deployer.step;

/** The action that a person should take after an execution ended. */
final class Advice {

  private Advice() {}

  static String of(Ending ending, HostStatus status) {
    return switch (ending) {
      case DONE -> "no action is required";
      case REFUSED -> "correct the request; nothing was touched";
      case FAILED -> "fix the cause and start again";
      case BROKEN -> "manual intervention is required, the rollback failed too: " + found(status);
      case INTERRUPTED -> interrupted(status);
    };
  }

  private static String interrupted(HostStatus status) {
    return switch (status) {
      case HostStatus.Read _ ->
          found(status) + "; start again: the new execution takes over the lock";
      case HostStatus.Unreadable _, HostStatus.NotRead _ ->
          "manual intervention is required: " + found(status);
    };
  }

  private static String found(HostStatus status) {
    return switch (status) {
      case HostStatus.NotRead _ -> "the status of the instance was not read";
      case HostStatus.Unreadable unreadable ->
          "the status of the instance could not be read (" + unreadable.why() + ")";
      case HostStatus.Read read -> found(read);
    };
  }

  private static String found(HostStatus.Read read) {
    String serving =
        read.serving().isNull()
            ? "no release serves"
            : "release %s serves and is %s"
                .formatted(read.serving().path("release").asText(), read.health());
    return read.deadManAt().isEmpty()
        ? serving
        : serving + "; it is not confirmed and is rolled back automatically at " + read.deadManAt();
  }
}
