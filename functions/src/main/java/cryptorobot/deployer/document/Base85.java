package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Bytes as text, five characters for four bytes, as Python's {@code base64.b85decode} reads it once
 * the four characters are exchanged that mean something to Systems Manager ({@code {{name}}}) or to
 * a shell. It is 6 % smaller than Base64.
 *
 * @see <a href="https://datatracker.ietf.org/doc/html/rfc1924">RFC 1924</a>
 */
final class Base85 {
  private static final byte[] ALPHABET =
      ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + "!#/%&()*+-;<=>?@^_:,|.~")
          .getBytes(US_ASCII);

  private Base85() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder(bytes.length / 4 * 5 + 5);
    for (int from = 0; from < bytes.length; from += 4) {
      long group = 0;
      for (int i = from; i < from + 4; i++) {
        group = group << 8 | (i < bytes.length ? bytes[i] & 0xff : 0);
      }
      int characters = Math.min(4, bytes.length - from) + 1;
      for (long divisor = 52_200_625, i = 0; i < characters; i++, divisor /= 85) {
        text.append((char) ALPHABET[(int) (group / divisor % 85)]);
      }
    }
    return text.toString();
  }
}
