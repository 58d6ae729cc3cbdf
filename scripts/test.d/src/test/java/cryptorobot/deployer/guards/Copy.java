package cryptorobot.deployer.guards;

import static java.nio.charset.StandardCharsets.UTF_8;

import cryptorobot.deployer.guards.TestReports.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A copy of the sources with their compiled classes, in which a guard can be removed and tests of
 * the module {@code functions} and of the host program run.
 */
final class Copy {
  /** The test could not begin, or the code without the guard is none. Another error fails it. */
  private static final Pattern NO_TEST =
      Pattern.compile("_FailedTest|^(?:Syntax|Indentation|Name|Import)Error", Pattern.MULTILINE);

  private static final List<String> PARTS =
      List.of("pom.xml", "mvnw", ".mvn", "functions", "scripts", "systemd", "template.yaml");

  private final Path folder;

  private Copy(Path folder) {
    this.folder = folder;
  }

  static Copy of(Path root, Path folder) {
    var command = new ArrayList<>(List.of("cp", "-a"));
    PARTS.forEach(part -> command.add(root.resolve(part).toString()));
    command.add(folder.toString());
    run(root, command);
    // Maven reads the POM of every module, and the functions package the schemas.
    var reset =
        List.of(
            "localcloud/pom.xml",
            "scripts/test.d/pom.xml",
            "statemachine/pom.xml",
            "statemachine/schema");
    var parents = new ArrayList<>(List.of("cp", "-a", "--parents"));
    parents.addAll(reset);
    parents.add(folder.toString());
    run(root, parents);
    return new Copy(folder);
  }

  /** How the mutation's test ended, with this guard missing. */
  Ended without(Mutation mutation) {
    Path file = folder.resolve(mutation.file());
    // What the build makes of the sources: classes, documents and the host program.
    List<String> made = List.of("functions/target/classes", "functions/target/program");
    Path whole = folder.resolve("whole");
    try {
      byte[] before = Files.readAllBytes(file);
      run(folder, List.of("sed", "-E", "-i", mutation.script(), file.toString()));
      if (java.util.Arrays.equals(before, Files.readAllBytes(file))) {
        throw new AssertionError(mutation + " no longer changes " + mutation.file());
      }
      if (mutation.hasPythonTest()) {
        try {
          return pythonTest(mutation);
        } finally {
          Files.write(file, before);
        }
      }
      run(folder, List.of("mkdir", whole.toString()));
      for (String one : made) {
        run(folder, List.of("cp", "-a", "--parents", one, whole.toString()));
      }
      try {
        return tests(mutation.testClass() + "#" + mutation.testMethod(), mutation.isJava())
            .of(mutation);
      } finally {
        Files.write(file, before);
        for (String one : made) {
          run(folder, List.of("rm", "-rf", one));
          run(folder, List.of("mv", whole.resolve(one).toString(), one));
        }
        run(folder, List.of("rm", "-rf", whole.toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the mutation's test of the host program. */
  Ended pythonTest(Mutation mutation) {
    String name = mutation.test().replace('#', '.');
    try {
      // -B: a changed file can have the size and time of the compiled one.
      Process process =
          new ProcessBuilder("/usr/bin/python3", "-B", "-m", "unittest", name)
              .directory(folder.resolve("scripts/host").toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      if (!output.contains("Ran 1 test") || NO_TEST.matcher(output).find()) {
        return Ended.NOT_RUN;
      }
      return code == 0 ? Ended.GREEN : Ended.RED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs tests, named as Surefire expects them. Fails when they could not run. */
  TestReports tests(String names, boolean compiled) {
    Path reports = folder.resolve("functions/target/surefire-reports");
    run(folder, List.of("rm", "-rf", reports.toString()));
    var command = new ArrayList<>(List.of("./mvnw", "--quiet", "--offline", "--batch-mode"));
    command.addAll(List.of("--projects", "functions", "-Dtest=" + names));
    command.addAll(List.of("-DexcludedGroups=", "-Dgroups=", "-Dmaven.test.failure.ignore=true"));
    command.addAll(
        List.of(compiled ? "compiler:compile" : "exec:java@host-documents", "surefire:test"));
    run(folder, command);
    return new TestReports(reports);
  }

  private static void run(Path folder, List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
