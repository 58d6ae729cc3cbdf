package cryptorobot.deployer.template;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/**
 * Moto's S3 behind a proxy that answers for AWS, so that every version of the AWS CLI uploads as it
 * does on AWS, over HTTPS.
 */
final class MotoProxy implements AutoCloseable {
  private final Process process;
  private final Map<String, String> variables;

  MotoProxy(AwsTools tools) throws IOException, InterruptedException {
    int port = freePort();
    var builder =
        new ProcessBuilder(
                tools.program("moto_proxy").toString(),
                "-H",
                "127.0.0.1",
                "-p",
                String.valueOf(port))
            .redirectErrorStream(true);
    builder.environment().put("PYTHONUNBUFFERED", "1");
    process = builder.start();
    BufferedReader output = process.inputReader();
    String line = "";
    while (!line.startsWith("Serving HTTP Proxy")) {
      line = output.readLine();
      if (line == null) {
        throw new AssertionError("moto_proxy ended before it served");
      }
    }
    // A full pipe would stop it.
    Thread.ofVirtual().start(() -> output.lines().forEach(_ -> {}));
    String authority =
        AwsTools.run(
                Map.of(),
                tools.program("python").toString(),
                "-c",
                "import moto, pathlib; print(pathlib.Path(moto.__file__).parent / 'moto_proxy/ca.crt')")
            .text()
            .strip();
    variables =
        Map.of(
            "HTTPS_PROXY", "http://127.0.0.1:" + port,
            "AWS_CA_BUNDLE", authority,
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_REGION", "eu-west-1",
            "AWS_DEFAULT_REGION", "eu-west-1");
  }

  /** The environment variables that make the AWS CLI use this proxy. */
  Map<String, String> variables() {
    return variables;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
