package cryptorobot.localcloud.stepfunctions.asl;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * The States Language's times: RFC 3339 with an upper-case T, and Z in the absence of an offset.
 */
public final class Timestamp {
  private Timestamp() {}

  /** The time the text says; empty when it is not a timestamp. */
  public static Optional<Instant> read(String text) {
    try {
      var instant = OffsetDateTime.parse(text).toInstant();
      return text.equals(text.toUpperCase(Locale.ROOT)) ? Optional.of(instant) : Optional.empty();
    } catch (DateTimeParseException notOne) {
      return Optional.empty();
    }
  }
}
