package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.Refusal;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code robothost/tree.py}: files with which a commit cannot become a release. */
class TreeTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static String entry(String mode, String path) {
    return "%s blob %s\t%s\0".formatted(mode, COMMIT, path);
  }

  private static Script.Ended check(String tree) {
    return Script.module("tree", Map.of(), tree, COMMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "100644, release.json, holds 'release.json'",
    "120000, release.json, holds 'release.json'",
    "100644, venv/bin/python, holds 'venv'",
    "120000, venv, holds 'venv'",
    "100644, .deployer-env-base, holds '.deployer-env-base'",
    "120000, .deployer-env-base, holds '.deployer-env-base'",
    "100644, .deployer/armed, holds '.deployer'",
    "120000, .env.new, holds '.env.new'",
    "120000, .env, holds '.env' as a symbolic link",
    "100644, .env/key, holds '.env' as a folder",
    "160000, vendor/lib, uses git submodules",
    "160000, venv, uses git submodules",
  })
  @Hostile("trees of a commit")
  void refusesWhatTheDeployerWritesItself(String mode, String path, String reason) {
    Script.Ended ended = check(entry("100644", "app.py") + entry(mode, path));

    assertEquals(1, ended.code());
    assertTrue(ended.errors().startsWith("commit " + COMMIT + " " + reason), ended.errors());
    Refusal.isReadable(ended.errors());
  }

  @Test
  void findsASubmoduleInFrontOfThousandsOfFiles() {
    String files =
        IntStream.range(0, 20_000)
            .mapToObj(i -> entry("100644", "z/file-" + i))
            .collect(Collectors.joining());

    assertEquals(1, check(entry("160000", "a") + files).code());
  }

  @Test
  void takesNamesThatOnlyLookTaken() {
    String tree =
        entry("100644", "src/release.json")
            + entry("100644", "release.json.md")
            + entry("100644", "venv.py")
            + entry("100644", ".env")
            + entry("100755", "$(id)")
            + entry("120000", "data")
            + entry("100644", "line\nrelease.json");
    Script.Ended ended = check(tree);

    assertEquals(0, ended.code(), ended.errors());
  }
}
