package cryptorobot.deployer.local.cloud.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The classes of the packaged jar, apart from everything on our own class path: what the jar lacks
 * is missing here as it would be on Lambda. Only the runtime's interfaces come from outside, as
 * they do there. {@code System.getenv} is directed to {@link FunctionEnvironment}.
 */
final class FunctionClasses extends URLClassLoader {
  private static final ClassDesc SYSTEM = ClassDesc.of("java.lang.System");
  private static final ClassDesc ENVIRONMENT = ClassDesc.of(FunctionEnvironment.class.getName());
  private static final byte[] NAME = "getenv".getBytes(StandardCharsets.UTF_8);

  FunctionClasses(Path jar) {
    // Without a name, which would show in stack traces.
    super(new URL[] {url(jar)}, new RuntimeInterfaces());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = read(name);
    if (!contains(bytes, NAME)) {
      return super.findClass(name);
    }
    byte[] directed = direct(bytes);
    return defineClass(name, directed, 0, directed.length);
  }

  private byte[] read(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] direct(byte[] bytes) {
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    CodeTransform calls =
        (builder, element) -> {
          if (element instanceof InvokeInstruction invoke
              && invoke.owner().asSymbol().equals(SYSTEM)
              && invoke.name().equalsString("getenv")) {
            builder.invokestatic(ENVIRONMENT, "getenv", invoke.typeSymbol());
          } else {
            builder.with(element);
          }
        };
    return classFile.transformClass(
        classFile.parse(bytes), ClassTransform.transformingMethodBodies(calls));
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    outer:
    for (int i = 0; i <= bytes.length - part.length; i++) {
      for (int j = 0; j < part.length; j++) {
        if (bytes[i + j] != part[j]) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private static URL url(Path jar) {
    try {
      URI uri = jar.toUri();
      return uri.toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalArgumentException("not a path to a jar: " + jar, e);
    }
  }

  /** The JDK, the runtime's interfaces and {@link FunctionEnvironment}; nothing else of ours. */
  private static final class RuntimeInterfaces extends ClassLoader {
    RuntimeInterfaces() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      String place = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      if (place.equals("com.amazonaws.services.lambda.runtime")
          || place.equals("com.amazonaws.services.lambda.runtime.logging")
          || name.equals(FunctionEnvironment.class.getName())) {
        return Class.forName(name, false, FunctionClasses.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }
}
