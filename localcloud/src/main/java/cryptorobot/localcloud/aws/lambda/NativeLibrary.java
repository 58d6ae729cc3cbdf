package cryptorobot.localcloud.aws.lambda;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The native library of AWS's runtime interface client. By default the client unpacks it to {@code
 * /tmp/.libaws-lambda-jni.so} and leaves it there: a predictable name in a folder that every user
 * can write to. A system property makes the client load another file.
 */
record NativeLibrary(Path file) {
  private static final String PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  /** Unpacks the library for this machine's processor into a folder. */
  static NativeLibrary in(Path folder) throws IOException {
    String resource = "/jni/libaws-lambda-jni.linux-" + processor() + ".so";
    Path file = folder.resolve("libaws-lambda-jni.so");
    try (InputStream in = AWSLambda.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + " is not in the runtime interface client");
      }
      Files.copy(in, file);
    }
    return new NativeLibrary(file);
  }

  /** The JVM option that makes the client load this file. */
  String option() {
    return "-D" + PROPERTY + "=" + file;
  }

  private static String processor() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64" -> "x86_64";
      case "aarch64" -> "aarch_64";
      default ->
          throw new IllegalStateException(
              "AWS's runtime interface client has no native library for " + name);
    };
  }
}
