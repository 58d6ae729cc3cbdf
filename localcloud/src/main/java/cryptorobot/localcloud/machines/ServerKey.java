package cryptorobot.localcloud.machines;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Converts a certificate in PEM to the TLS context of a Java server. */
final class ServerKey {
  private ServerKey() {}

  static SSLContext context(IssuedCertificate issued) throws IOException {
    try {
      var bytes =
          new ByteArrayInputStream(
              (issued.cert() + issued.chain()).getBytes(StandardCharsets.US_ASCII));
      Certificate[] certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(bytes)
              .toArray(Certificate[]::new);
      var key =
          KeyFactory.getInstance("EC")
              .generatePrivate(
                  new PKCS8EncodedKeySpec(
                      Base64.getMimeDecoder()
                          .decode(issued.key().replaceAll("-----[A-Z ]+-----", ""))));
      // The key store exists only in memory: its password protects nothing.
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], certificates);
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the server's certificate cannot be used: " + e.getMessage(), e);
    }
  }
}
