package cryptorobot.localcloud.stepfunctions.asl;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A timestamp of the States Language: RFC 3339 with an upper-case T, and an upper-case Z if it has
 * no numeric offset.
 *
 * @see <a href="https://states-language.net/spec.html#timestamps">Timestamps</a>
 */
public final class Timestamp {
  private static final Pattern FORMAT =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

  private Timestamp() {}

  /** The time of a timestamp; empty if the string is not a timestamp. */
  public static Optional<Instant> parse(String text) {
    if (!FORMAT.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
