package cryptorobot.localcloud.control;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes certificates that the instances trust. */
@FunctionalInterface
public interface CertificateIssuer {
  /**
   * A certificate for a host name and an address, as the secret of an environment has it: {@code
   * {"cert", "key", "chain"}}.
   *
   * @throws IllegalArgumentException if the name or the address cannot be in a certificate
   */
  JsonNode issue(String hostname, String address);
}
