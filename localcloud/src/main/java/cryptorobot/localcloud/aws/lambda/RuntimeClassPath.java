package cryptorobot.localcloud.aws.lambda;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The class path of a function's process: the packaged jar and AWS's runtime. */
public final class RuntimeClassPath {
  // The runtime interface client and its only dependency in the SDK.
  private static final Pattern RUNTIME =
      Pattern.compile("(aws-lambda-java-.*|utils-lite-[0-9].*)\\.jar");

  private RuntimeClassPath() {}

  /**
   * @param classPath the class path of this program, which contains the runtime
   */
  public static List<Path> of(Path jar, String classPath) {
    List<Path> path = new ArrayList<>(List.of(jar));
    Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(entry -> RUNTIME.matcher(entry.getFileName().toString()).matches())
        .forEach(path::add);
    return List.copyOf(path);
  }
}
