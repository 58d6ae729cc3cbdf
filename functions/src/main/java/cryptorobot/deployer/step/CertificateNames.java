package cryptorobot.deployer.step;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a certificate's subject alternative names cover a host.
 *
 * <p>As RFC 9525 has it: only these names count, never the common name; letters of either case are
 * one; a {@code *} stands for exactly one whole label, the left-most. And as OpenSSL has it: at
 * least two labels follow the {@code *}. Unlike OpenSSL and Java, we let {@code *} stand for a
 * label with an underscore, because environments are named so.
 */
final class CertificateNames {

  /** An IPv4 address has no labels for a {@code *} to stand for, and one of IPv6 no dots. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private CertificateNames() {}

  static boolean match(List<String> names, String hostname) {
    String host = hostname.toLowerCase(Locale.ROOT);
    return names.stream().map(CertificateNames::plain).anyMatch(name -> matches(name, host));
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceFirst("^(dns|ip address|ip):", "");
  }

  private static boolean matches(String name, String host) {
    if (!name.startsWith("*.")) {
      return name.equals(host);
    }
    String parent = name.substring(1);
    int firstDot = host.indexOf('.');
    return firstDot > 0
        && !ADDRESS.matcher(host).matches()
        && parent.indexOf('.', 1) > 0
        && parent.indexOf('*') < 0
        && host.substring(firstDot).equals(parent);
  }
}
