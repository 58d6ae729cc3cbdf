package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code robothost/pip_failure.py}, held against what pip prints. */
class PipFailureTest {
  private static final String NOT_FOUND =
      """
      ERROR: Could not find a version that satisfies the requirement Flask==3.1.3 (from versions: 2.2.2)
      ERROR: No matching distribution found for Flask==3.1.3
      """;

  private static final String ANSWERS = "{\"why\": \"\", \"wheels\": \"\", \"offered\": []}";

  @TempDir Path folder;

  @Test
  void namesARequirementThatTheIndexLacks() throws IOException {
    assertEquals(
        "pip cannot install Flask==3.1.3 (requirements.txt, line 2): No matching distribution found for Flask==3.1.3",
        told(NOT_FOUND, ANSWERS));
  }

  @Test
  void namesARequirementThatTheWheelsLackAndWhyThereIsNoIndex() throws IOException {
    assertEquals(
        "pip cannot install Flask==3.1.3 (requirements.txt, line 2): it is not among the wheels offered in"
            + " /opt/wheelhouse (there is Flask 2.2.2). No package index answers: x: the name x does not resolve",
        told(
            NOT_FOUND,
            """
            {"why": "no package index answers: x: the name x does not resolve", "wheels": "/opt/wheelhouse",
             "offered": ["Flask 2.2.2", "requests 2.28.1"]}
            """));
  }

  @Test
  void saysWhatKeepsAnIndexFromAnsweringPip() throws IOException {
    assertEquals(
        "pip cannot install Flask==3.1.3 (requirements.txt, line 2): No matching distribution found for Flask==3.1.3."
            + " No package index answers: x: its certificate is not trusted",
        told(
            NOT_FOUND,
            """
            {"why": "no package index answers: x: its certificate is not trusted", "wheels": "", "offered": []}
            """));
  }

  private String told(String said, String index) throws IOException {
    Path output = Files.writeString(folder.resolve("pip"), said);
    Path requirements =
        Files.writeString(folder.resolve("requirements"), "requests\nflask==3.1.3\n");
    Path state = Files.writeString(folder.resolve("index"), index);
    Script.Ended ended =
        Script.module(
            "pip_failure",
            Map.of(),
            "",
            output.toString(),
            requirements.toString(),
            state.toString());
    assertEquals(0, ended.code(), ended.errors());
    return ended.output().strip();
  }
}
