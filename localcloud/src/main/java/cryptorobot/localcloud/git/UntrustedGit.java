package cryptorobot.localcloud.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs git in a folder whose content another user may control. A repository's own configuration can
 * name programs for git to run. Every program of this project that runs git in such a folder
 * follows these rules:
 *
 * <ul>
 *   <li>git runs as the owner of the folder, without privileges, when that is not the caller; git
 *       itself refuses a repository with several owners ({@code safe.directory} is not set);
 *   <li>git fetches no missing object: {@code GIT_NO_LAZY_FETCH} (git 2.45, and 2.39.4 in Debian
 *       12), and for every older git {@code GIT_ALLOW_PROTOCOL}, a list that no configuration can
 *       widen. {@code -c protocol.allow=never} is no protection: {@code protocol.file.allow} of the
 *       repository overrides it;
 *   <li>no hook and no fsmonitor; no configuration of the system or of a user; a bare environment.
 * </ul>
 */
final class UntrustedGit {
  private static final Map<String, String> CONFIGURATION =
      Map.of("core.hooksPath", "/dev/null", "core.fsmonitor", "false");

  private UntrustedGit() {}

  /**
   * A git command that starts in a folder.
   *
   * @param configuration overrides that of the repository
   */
  static ProcessBuilder in(Path folder, List<String> arguments, Map<String, String> configuration)
      throws IOException {
    var command = new ArrayList<>(asOwnerOf(folder));
    command.add("git");
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String search = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", search);
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", "/nonexistent");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_NO_LAZY_FETCH", "1");
    environment.put("GIT_ALLOW_PROTOCOL", "none");
    var all = new HashMap<>(CONFIGURATION);
    all.putAll(configuration);
    int count = 0;
    for (Map.Entry<String, String> setting : all.entrySet()) {
      environment.put("GIT_CONFIG_KEY_" + count, setting.getKey());
      environment.put("GIT_CONFIG_VALUE_" + count, setting.getValue());
      count++;
    }
    environment.put("GIT_CONFIG_COUNT", Integer.toString(count));
    return builder;
  }

  private static List<String> asOwnerOf(Path folder) throws IOException {
    int owner = (int) Files.getAttribute(folder, "unix:uid");
    if (owner == (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid")) {
      return List.of();
    }
    return List.of(
        "setpriv",
        "--reuid=" + owner,
        "--regid=" + Files.getAttribute(folder, "unix:gid"),
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--");
  }
}
