package cryptorobot.deployer.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Which robot is deployed: the sample, a repository on this machine, or one somewhere else. */
sealed interface RepositoryChoice {

  /** How it is called on the command line. */
  String spelled();

  /** How it is called in what we print: an address may hold a login by mistake. */
  String shown();

  /** A repository on this machine; the local cloud serves it to the instance. */
  record OnThisMachine(String spelled, Path path) implements RepositoryChoice {

    @Override
    public String shown() {
      return spelled;
    }

    /** A name of its own for every path. */
    String servedName() {
      String base = path.getFileName().toString().replaceAll("[^A-Za-z0-9-]", "-");
      return base + "-" + digest(path.toString());
    }

    private static String digest(String text) {
      try {
        byte[] sum =
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sum).substring(0, 8);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** An address that is given on as it is; whether it is a good one is for the deployer to say. */
  record Elsewhere(String spelled) implements RepositoryChoice {
    @Override
    public String shown() {
      return spelled.replaceFirst("://(?!git@)[^/]*@", "://…@").replaceFirst("[?#].*", "?…");
    }
  }

  /** The word for the sample robot. */
  String SAMPLE = "sample";

  /**
   * What is meant by a word on the command line.
   *
   * @throws CommandFailure if it is a path without a git repository
   */
  static RepositoryChoice of(String spelled, Settings settings) {
    if (spelled.equals(SAMPLE)) {
      return new OnThisMachine(SAMPLE, new SampleRepository(settings).ensure());
    }
    if (!isPath(spelled)) {
      return new Elsewhere(spelled);
    }
    Path path = Path.of(spelled).toAbsolutePath().normalize();
    Optional<String> refusal =
        Files.isDirectory(path) ? new Git(path).refusal() : Optional.of("it is no folder");
    if (refusal.isPresent()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "--repository %s: there is no git repository; give a folder or a URL (%s)"
              .formatted(spelled, refusal.get()));
    }
    return new OnThisMachine(path.toString(), path);
  }

  private static boolean isPath(String spelled) {
    boolean address = spelled.contains("://") || spelled.matches("[^/]+@[^/]+:.*");
    return !address && !spelled.isBlank();
  }

  /** What this environment was deployed from last; the sample before that. */
  static String remembered(Settings settings, String environment) {
    return Optional.of(memory(settings, environment))
        .filter(Files::exists)
        .map(
            file -> {
              try {
                return Files.readString(file).strip();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse(SAMPLE);
  }

  static void remember(Settings settings, String environment, RepositoryChoice choice) {
    try {
      Path file = memory(settings, environment);
      Files.createDirectories(file.getParent());
      Files.writeString(file, choice.spelled() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path memory(Settings settings, String environment) {
    return settings.state().resolve("chosen").resolve(environment.replaceAll("[^\\w.-]", "-"));
  }
}
