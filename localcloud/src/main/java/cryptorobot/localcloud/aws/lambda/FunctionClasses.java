package cryptorobot.localcloud.aws.lambda;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * The classes of the packaged jar, isolated from the class path of this program: a class that the
 * jar lacks is missing here as on Lambda. As on Lambda, only the runtime's interfaces come from
 * outside.
 */
final class FunctionClasses extends URLClassLoader {
  FunctionClasses(Path jar) {
    // No name: it would appear in stack traces.
    super(new URL[] {url(jar)}, new RuntimeInterfaces());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a path to a jar: " + jar, e);
    }
  }

  /** The JDK and the runtime's interfaces; no other class of this program. */
  private static final class RuntimeInterfaces extends ClassLoader {
    RuntimeInterfaces() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      String place = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      if (place.equals("com.amazonaws.services.lambda.runtime")
          || place.equals("com.amazonaws.services.lambda.runtime.logging")) {
        return Class.forName(name, false, FunctionClasses.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }
}
