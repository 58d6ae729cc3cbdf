package cryptorobot.deployer.localstack;

import static org.junit.jupiter.api.Assumptions.abort;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * LocalStack in a container, or the endpoint in {@code -Daws.endpoint}; started at most once for
 * all tests.
 *
 * <p>{@code -Dlocalstack.image} chooses another image; {@code LOCALSTACK_AUTH_TOKEN} is passed to
 * images that need one. Where there is no Docker daemon or no image, the tests end as not run, with
 * that reason; {@code -Dlocalstack.required=true} makes it a failure.
 *
 * <p>The tests have not run against LocalStack itself. They have run against moto 5.2.1, which
 * serves LocalStack's EC2 and SSM and carries its Step Functions interpreter, with this mock
 * configuration: every route was the same.
 */
public final class LocalStack implements AutoCloseable {
  /** The last version that starts without a token. */
  private static final String IMAGE = "localstack/localstack:4.14.0";

  private static final String MOCKS = "/tmp/mock-config.json";

  private final Optional<LocalStackContainer> container;
  private final URI endpoint;
  private final String notThere;

  private LocalStack(Optional<LocalStackContainer> container, URI endpoint, String notThere) {
    this.container = container;
    this.endpoint = endpoint;
    this.notThere = notThere;
  }

  static LocalStack open() {
    String given = System.getProperty("aws.endpoint", "");
    if (!given.isEmpty()) {
      return new LocalStack(Optional.empty(), URI.create(given), "");
    }
    DockerImageName image =
        DockerImageName.parse(System.getProperty("localstack.image", IMAGE))
            .asCompatibleSubstituteFor("localstack/localstack");
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return missing("no Docker daemon answers");
      }
      new RemoteDockerImage(image).get();
    } catch (ContainerFetchException e) {
      // The check for a daemon already pulls an image, that of Testcontainers' reaper.
      return missing("Docker cannot get the images needed: " + rootOf(e).getMessage());
    }
    LocalStackContainer container = container(image);
    container.start();
    return new LocalStack(Optional.of(container), container.getEndpoint(), "");
  }

  private static LocalStackContainer container(DockerImageName image) {
    LocalStackContainer container =
        new LocalStackContainer(image)
            .withEnv("SFN_MOCK_CONFIG", MOCKS)
            .withCopyToContainer(Transferable.of(mocks()), MOCKS);
    Optional.ofNullable(System.getenv("LOCALSTACK_AUTH_TOKEN"))
        .ifPresent(token -> container.withEnv("LOCALSTACK_AUTH_TOKEN", token));
    return container;
  }

  private static String mocks() {
    try {
      return MockConfig.of(List.of(Route.values())).toString();
    } catch (Exception e) {
      throw new IllegalStateException("the mock configuration cannot be made", e);
    }
  }

  private static LocalStack missing(String reason) {
    if (Boolean.getBoolean("localstack.required")) {
      throw new IllegalStateException("LocalStack is required, but " + reason);
    }
    return new LocalStack(Optional.empty(), null, reason);
  }

  private static Throwable rootOf(Throwable thrown) {
    return thrown.getCause() == null ? thrown : rootOf(thrown.getCause());
  }

  /** Its URL. Ends the test as not run when it does not answer. */
  public URI endpoint() {
    return notThere.isEmpty() ? endpoint : abort(notThere);
  }

  /**
   * Its URL, if it has the mock configuration of these tests: started here, or elsewhere with
   * {@code SFN_MOCK_CONFIG} set to {@code target/sfn-mock-config.json}, which {@code
   * -Daws.endpoint.mocks=true} states.
   */
  URI endpointWithMocks() {
    URI answering = endpoint();
    return container.isPresent() || Boolean.getBoolean("aws.endpoint.mocks")
        ? answering
        : abort(answering + " was not started with the mock configuration");
  }

  /** Whether it is LocalStack, started here. */
  public boolean startedHere() {
    return container.isPresent();
  }

  @Override
  public void close() {
    container.ifPresent(LocalStackContainer::close);
  }
}
