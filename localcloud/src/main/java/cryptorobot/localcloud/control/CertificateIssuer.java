package cryptorobot.localcloud.control;

import com.fasterxml.jackson.databind.JsonNode;

/** Issues certificates that the instances trust. */
@FunctionalInterface
public interface CertificateIssuer {
  /**
   * A certificate for a host name and an address, in the format of an environment's secret: {@code
   * {"cert", "key", "chain"}}.
   *
   * @throws IllegalArgumentException if the name or the address cannot be in a certificate
   */
  JsonNode issue(String hostname, String address);
}
