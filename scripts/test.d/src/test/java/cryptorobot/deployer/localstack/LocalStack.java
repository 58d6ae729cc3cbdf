package cryptorobot.deployer.localstack;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * LocalStack, or the endpoint in {@code -Daws.endpoint}; started at most once for all tests.
 *
 * <p>{@code ./scripts/test --full localstack} provides it: as a container of LocalStack's own image
 * where Docker Hub answers, of an image made from PyPI where it does not, and without Docker in
 * {@code -Dlocalstack.root} where no daemon can run. Where there is no Docker daemon, no image and
 * no root, the tests end as not run, with that reason; {@code -Dlocalstack.required=true} makes it
 * a failure.
 */
public final class LocalStack implements AutoCloseable {
  private final Running running;

  private LocalStack(Running running) {
    this.running = running;
  }

  static LocalStack open() {
    try {
      return new LocalStack(run());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Running run() throws IOException {
    String given = System.getProperty("aws.endpoint", "");
    if (!given.isEmpty()) {
      return new Running.Elsewhere(URI.create(given), Boolean.getBoolean("aws.endpoint.mocks"));
    }
    String root = System.getProperty("localstack.root", "");
    Running running = root.isEmpty() ? Container.open() : RootProcess.start(Path.of(root));
    if (running instanceof Running.Missing missing && Boolean.getBoolean("localstack.required")) {
      throw new IllegalStateException("LocalStack is required, but " + missing.reason());
    }
    return running;
  }

  /** Its URL. Ends the test as not run when it does not answer. */
  public URI endpoint() {
    return switch (running) {
      case Running.Here here -> here.endpoint();
      case Running.Elsewhere elsewhere -> elsewhere.endpoint();
      case Running.Missing missing -> abort(missing.reason());
    };
  }

  /**
   * Its URL, if it has the mock configuration of these tests: started here, or elsewhere with
   * {@code SFN_MOCK_CONFIG} set to {@code target/sfn-mock-config.json}, which {@code
   * -Daws.endpoint.mocks=true} states.
   */
  URI endpointWithMocks() {
    return running instanceof Running.Elsewhere elsewhere && !elsewhere.mocks()
        ? abort(elsewhere.endpoint() + " was not started with the mock configuration")
        : endpoint();
  }

  /** Its URL, if its Lambda runs Java functions beside it. */
  public URI endpointWithFunctions() {
    URI answering = endpoint();
    return running instanceof Running.Here here && here.runsFunctions()
        ? answering
        : abort("this LocalStack cannot run functions in JVMs beside it");
  }

  /** Whether it is LocalStack, started here. */
  public boolean startedHere() {
    return running instanceof Running.Here;
  }

  @Override
  public void close() {
    if (running instanceof Running.Here here) {
      here.close();
    }
  }
}
