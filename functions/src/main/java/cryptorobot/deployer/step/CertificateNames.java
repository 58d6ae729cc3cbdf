package cryptorobot.deployer.step;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tests whether the subject alternative names of a certificate cover a host name.
 *
 * <p>According to RFC 9525, only these names count, never the common name; case is ignored; a
 * {@code *} matches exactly one whole label, the left-most. As in OpenSSL, at least two labels
 * follow the {@code *}. Unlike in OpenSSL and Java, {@code *} also matches a label with an
 * underscore, because names of environments may have one.
 */
final class CertificateNames {

  /** An IPv4 address has no labels that {@code *} could match, and an IPv6 address has no dots. */
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
