package cryptorobot.deployer.step;

/** What a person should do after an execution ended. */
final class Advice {

  private Advice() {}

  static String of(Ending ending, HostStatus truth) {
    return switch (ending) {
      case DONE -> "nothing";
      case REFUSED -> "correct the request; nothing was touched";
      case FAILED -> "mend what the cause names and start again";
      case BROKEN -> "a person is needed, the way back failed too: " + found(truth);
      case INTERRUPTED -> interrupted(truth);
    };
  }

  private static String interrupted(HostStatus truth) {
    return switch (truth) {
      case HostStatus.Read _ -> found(truth) + "; start again, the lock is taken over";
      case HostStatus.Unreadable _, HostStatus.NotAsked _ -> "a person is needed: " + found(truth);
    };
  }

  private static String found(HostStatus truth) {
    return switch (truth) {
      case HostStatus.NotAsked _ -> "the instance was not asked";
      case HostStatus.Unreadable unreadable ->
          "the instance could not be asked (" + unreadable.why() + ")";
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
        : serving + "; unconfirmed, it is rolled back by itself at " + read.deadManAt();
  }
}
