package cryptorobot.localcloud.machines;

import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses in CIDR notation.
 *
 * @param first the first address as an unsigned 32-bit number; host bits are zero
 * @param prefix the prefix length, 0 to 32
 */
public record Ipv4Range(long first, int prefix) {

  private static final Pattern CIDR =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");

  public Ipv4Range {
    if (prefix < 0 || prefix > 32) {
      throw new IllegalArgumentException("/" + prefix + " is not a prefix length from 0 to 32");
    }
    if (first < 0 || first > 0xFFFF_FFFFL || first % (1L << (32 - prefix)) != 0) {
      throw new IllegalArgumentException(
          address(first) + "/" + prefix + " is not the first address of such a range");
    }
  }

  /**
   * Reads {@code 10.213.0.0/16} or a single address.
   *
   * @throws IllegalArgumentException if the text is neither, or host bits are set
   */
  public static Ipv4Range parse(String text) {
    var matcher = CIDR.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an IPv4 range such as 10.213.0.0/16");
    }
    long first = 0;
    for (int part = 1; part <= 4; part++) {
      int value = Integer.parseInt(matcher.group(part));
      if (value > 255) {
        throw new IllegalArgumentException(
            "'" + text + "' is not an IPv4 range: " + value + " > 255");
      }
      first = first << 8 | value;
    }
    return new Ipv4Range(first, matcher.group(5) == null ? 32 : Integer.parseInt(matcher.group(5)));
  }

  /** The number of addresses. */
  public long size() {
    return 1L << (32 - prefix);
  }

  /** Whether the two ranges share an address. */
  public boolean overlaps(Ipv4Range other) {
    return first < other.first + other.size() && other.first < first + size();
  }

  /** The address at an offset from the first. */
  public String address(int offset) {
    return address(first + offset);
  }

  @Override
  public String toString() {
    return address(first) + "/" + prefix;
  }

  private static String address(long value) {
    return (value >> 24 & 255)
        + "."
        + (value >> 16 & 255)
        + "."
        + (value >> 8 & 255)
        + "."
        + (value & 255);
  }
}
