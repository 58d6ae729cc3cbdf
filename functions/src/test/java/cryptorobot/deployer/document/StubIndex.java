package cryptorobot.deployer.document;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A package index over TLS that wants a login; a private authority issued its certificate. */
final class StubIndex implements AutoCloseable {
  static final String AUTHORITY = "Inspecting Proxy of Example Ltd";
  private static final String LOGIN = "reader:s3cret";

  private static final String MAKE =
      """
      cd "$1"
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem \
        -subj "/CN=$2"
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr \
        -subj /CN=localhost
      openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
        -extfile <(echo subjectAltName=DNS:localhost)
      openssl pkcs12 -export -in server.pem -inkey server.key -out server.p12 -passout pass:stub
      """;

  private final HttpsServer server;
  private final Path authority;

  StubIndex(Path folder) throws IOException, GeneralSecurityException {
    Script.Ended made =
        Script.run(
            List.of("bash", "-euc", MAKE, "make", folder.toString(), AUTHORITY), Map.of(), "");
    if (made.code() != 0) {
      throw new IOException(made.errors());
    }
    authority = folder.resolve("ca.pem");
    char[] password = "stub".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var stream = Files.newInputStream(folder.resolve("server.p12"))) {
      store.load(stream, password);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", StubIndex::answer);
    server.start();
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort() + "/simple";
  }

  Path authority() {
    return authority;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String wanted = "Basic " + Base64.getEncoder().encodeToString(LOGIN.getBytes());
    boolean known = wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.sendResponseHeaders(known ? 200 : 401, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
