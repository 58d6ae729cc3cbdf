package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base85Test {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 4000})
  void isWhatPythonReads(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    String text = Base85.encode(bytes);
    assertTrue(text.matches("[^\\s\"'\\\\{}$`]*"), text);
    Script.Ended ended =
        Script.python(
            """
            import base64
            text = sys.stdin.read().encode().translate(bytes.maketrans(b",./:", b"{}$`"))
            print(base64.b85decode(text).hex())
            """,
            Map.of("LC_ALL", "C.UTF-8"),
            text);
    assertEquals(0, ended.code(), ended.errors());
    assertArrayEquals(bytes, HexFormat.of().parseHex(ended.output().strip()), text);
  }
}
