package cryptorobot.deployer.endtoend;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** When an execution started, as releases are named after it. */
final class StartCounts {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private StartCounts() {}

  static String now() {
    return STAMP.format(Instant.now());
  }
}
