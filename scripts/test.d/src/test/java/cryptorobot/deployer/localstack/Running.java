package cryptorobot.deployer.localstack;

import java.net.URI;

/** How the tests reach LocalStack, or what is used in its place. */
sealed interface Running {

  /** LocalStack, started by these tests with their settings. */
  non-sealed interface Here extends Running, AutoCloseable {
    URI endpoint();

    /** Whether its Lambda runs the executor of these tests, which needs Java in the image. */
    boolean runsFunctions();

    /** Ends it. */
    @Override
    void close();
  }

  /** An emulator that was started before the tests. */
  record Elsewhere(URI endpoint, boolean mocks) implements Running {}

  /** None, and why. */
  record Missing(String reason) implements Running {}
}
