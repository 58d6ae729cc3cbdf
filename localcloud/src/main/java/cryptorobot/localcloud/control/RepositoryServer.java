package cryptorobot.localcloud.control;

import java.nio.file.Path;
import java.util.Optional;

/** Serves a git repository of this machine to the instances. */
@FunctionalInterface
public interface RepositoryServer {
  /**
   * Serves it under a name, in place of what had that name, and returns its URL for the instances.
   *
   * @param token who brings it may read; empty: everybody
   */
  String serve(String name, Path path, Optional<String> token);
}
