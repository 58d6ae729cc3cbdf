package cryptorobot.localcloud.aws.lambda;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a function's process finds on its class path: the packaged jar and AWS's runtime. */
public final class RuntimeClassPath {
  // The runtime interface client, and the one library of the SDK that it needs itself.
  private static final Pattern RUNTIME =
      Pattern.compile("(aws-lambda-java-.*|utils-lite-[0-9].*)\\.jar");

  private RuntimeClassPath() {}

  /**
   * @param ours the class path of this program, which the runtime is picked from
   */
  public static List<Path> of(Path jar, String ours) {
    List<Path> path = new ArrayList<>(List.of(jar));
    Arrays.stream(ours.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(entry -> RUNTIME.matcher(entry.getFileName().toString()).matches())
        .forEach(path::add);
    return List.copyOf(path);
  }
}
