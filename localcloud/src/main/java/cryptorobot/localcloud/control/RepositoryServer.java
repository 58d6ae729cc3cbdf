package cryptorobot.localcloud.control;

import java.nio.file.Path;
import java.util.Optional;

/** Serves a git repository of this machine to the instances. */
@FunctionalInterface
public interface RepositoryServer {
  /**
   * Serves the repository under a name and returns its URL for the instances. Replaces an earlier
   * repository of that name.
   *
   * @param token required to read the repository; empty for a public repository
   */
  String serve(String name, Path path, Optional<String> token);
}
