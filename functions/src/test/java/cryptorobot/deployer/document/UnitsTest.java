package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The units of a release, as systemd judges them; {@code tests/test_units.py} has the rest. */
class UnitsTest {
  private static final String RENDER =
      """
      from robothost.layout import Layout
      from robothost.units import render
      service = {"name": "some-service", "type": sys.argv[2], "command": "python app.py", "enabled": True}
      layout = Layout(sys.argv[1] + "/app", sys.argv[1])
      print(render(layout, sys.argv[1], __import__("json").dumps([service]), int(sys.argv[3]), ["data"])["some-service"])
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"trading_robot, 5000", "web_application, 5000", "web_application, 443"})
  void exposesAsLittleAsSystemdKnowsToAskFor(String type, String port) throws IOException {
    Path python = Files.createDirectories(folder.resolve("bin")).resolve("python");
    Files.writeString(python, "");
    assertTrue(python.toFile().setExecutable(true));
    Script.Ended rendered = Script.python(RENDER, Map.of(), "", folder.toString(), type, port);
    assertEquals(0, rendered.code(), rendered.errors());
    Path unit = Files.writeString(folder.resolve("some-service.service"), rendered.output());

    Script.Ended said =
        Script.run(
            List.of(
                "systemd-analyze",
                "security",
                "--offline=true",
                "--threshold=15",
                "--no-pager",
                unit.toString()),
            Map.of(),
            "");

    assertEquals(0, said.code(), () -> "above 1.5: " + said.output() + said.errors());
    assertTrue(said.output().contains("Overall exposure level"), said::output);
  }
}
