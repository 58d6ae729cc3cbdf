package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Live and simulation say whether the deployer gave keys. Whether a robot trades it cannot know, so
 * no message and no page claims it.
 */
class ModeWordsTest {
  private static final Pattern CLAIM =
      Pattern.compile(
          "(?i)no trades|would trade|may trade\\b|robots? (that )?trades?\\b|containers trade|trades? on\\b"
              + "|trades? (live|in simulation)|live trading|stop trading|as a simulation|a simulation runs");

  private static final List<String> PLACES =
      List.of(
          "README.md",
          "docs",
          "scripts/host",
          "scripts/operate",
          "scripts/operate.d",
          "scripts/client",
          "scripts/sample-app/README.md",
          "statemachine/schema",
          "statemachine/deploy.asl.yaml",
          "statemachine/migrate.asl.yaml",
          "localcloud/src/main",
          "functions/src/main",
          "template.yaml");

  @Test
  void nothingClaimsToKnowWhatARobotDoes() throws IOException {
    var claims = new ArrayList<String>();
    int read = 0;
    for (String place : PLACES) {
      Path from = Path.of("..").resolve(place);
      if (!Files.exists(from)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.filter(ModeWordsTest::isText).toList()) {
          read++;
          Files.readString(file)
              .lines()
              .filter(CLAIM.asPredicate())
              .forEach(line -> claims.add(file + ": " + line.strip()));
        }
      }
    }
    assertTrue(read > 100, "how many files were read");
    assertEquals(List.of(), claims);
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file)
        && !file.toString().matches(".*(__pycache__|\\.(pyc|jar|png)$).*");
  }
}
