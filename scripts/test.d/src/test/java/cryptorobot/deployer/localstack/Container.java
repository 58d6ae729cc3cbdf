package cryptorobot.deployer.localstack;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * LocalStack in a container. {@code -Dlocalstack.image} chooses another image; {@code
 * LOCALSTACK_AUTH_TOKEN} is passed to images that need one.
 */
final class Container implements Running.Here {
  /** The last version that starts without a token. */
  private static final String IMAGE = "localstack/localstack:4.14.0";

  /** The image that scripts/test.d/localstack/provide.sh makes. It has a JRE. */
  private static final String MADE_HERE = "crypto-robot/localstack";

  private final LocalStackContainer container;
  private final boolean runsFunctions;

  private Container(LocalStackContainer container, boolean runsFunctions) {
    this.container = container;
    this.runsFunctions = runsFunctions;
  }

  static Running open() throws IOException {
    DockerImageName image =
        DockerImageName.parse(System.getProperty("localstack.image", IMAGE))
            .asCompatibleSubstituteFor("localstack/localstack");
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return new Running.Missing("no Docker daemon answers");
      }
      new RemoteDockerImage(image).get();
    } catch (ContainerFetchException e) {
      // The check for a daemon already pulls an image, that of Testcontainers' reaper.
      return new Running.Missing("Docker cannot get the images needed: " + rootOf(e).getMessage());
    }
    return start(image);
  }

  private static Container start(DockerImageName image) throws IOException {
    LocalStackContainer container = new LocalStackContainer(image);
    boolean runsFunctions = image.getUnversionedPart().equals(MADE_HERE);
    Settings settings = Settings.write(runsFunctions);
    container.withEnv(settings.variables());
    container.withCopyFileToContainer(
        MountableFile.forHostPath(settings.folder()), Settings.MOUNTED);
    Optional.ofNullable(System.getenv("LOCALSTACK_AUTH_TOKEN"))
        .ifPresent(token -> container.withEnv("LOCALSTACK_AUTH_TOKEN", token));
    container.start();
    return new Container(container, runsFunctions);
  }

  private static Throwable rootOf(Throwable thrown) {
    return thrown.getCause() == null ? thrown : rootOf(thrown.getCause());
  }

  @Override
  public URI endpoint() {
    return container.getEndpoint();
  }

  @Override
  public boolean runsFunctions() {
    return runsFunctions;
  }

  @Override
  public void close() {
    container.close();
  }
}
