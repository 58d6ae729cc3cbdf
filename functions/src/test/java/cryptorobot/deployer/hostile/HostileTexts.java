package cryptorobot.deployer.hostile;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Strings that no field of a request and no parameter of a step may accept. Half of them are known
 * attacks, the other half is generated from a seed. Every string has a character that is not
 * allowed anywhere.
 */
public final class HostileTexts {

  /**
   * The same in each run, so that a failure is caused by the change under test. {@code
   * -Dhostile.seed=…} sets another seed, as {@code ./scripts/test --full} does, or repeats such a
   * run.
   */
  public static final long SEED = Long.getLong("hostile.seed", 363_512_915);

  /** The file that a shell would create if it interpreted one of these strings. */
  public static final String CANARY = "/tmp/crypto-robot-canary";

  private static final String RUN = "touch " + CANARY;
  private static final List<String> TRICKS =
      List.of(
          "$(" + RUN + ")",
          "`" + RUN + "`",
          "; " + RUN,
          "a; " + RUN + " #",
          "a|" + RUN,
          "a && " + RUN,
          "\n" + RUN,
          "main\n" + RUN + "\n",
          "main\n",
          "a\r\n" + RUN,
          "'; " + RUN + "; '",
          "\"; " + RUN + "; \"",
          "a\" -c \"" + RUN,
          "<(" + RUN + ")",
          "a > " + CANARY,
          "{{ global:DATE_TIME }}",
          "{{Owner}}",
          "${IFS}",
          "$HOME",
          "a\\",
          "%n$s\\x00!",
          "*?[a]",
          "--upload-pack=$(" + RUN + ")",
          "a\u0000b",
          "\u001b[31mred\u001b]0;title\u0007",
          "\u202etxt.exe",
          "ünïcode",
          "\uff45nvironment",
          "\u2028line",
          "😀",
          "::set-output name=release::" + "!",
          "##[error]stopped",
          "\ud800",
          "$(" + RUN + ") ".repeat(800));

  private static final String PLAIN = "abcxyzABCXYZ0189-_./ ";
  private static final String FORBIDDEN =
      "$`;|&<>\n\r'\"\\{}*?!()#^\u0000\u001b\u007f\u009bé\u200b";

  private HostileTexts() {}

  /**
   * Every known attack, and as many generated strings, without duplicates. Each use has its own
   * salt.
   */
  public static List<String> all(String salt) {
    Set<String> texts = new LinkedHashSet<>(TRICKS);
    made(salt, TRICKS.size()).forEach(texts::add);
    return List.copyOf(texts);
  }

  /** This many strings generated from the seed, without duplicates. */
  public static List<String> made(String salt, int many) {
    Random random = random(salt);
    Set<String> texts = new LinkedHashSet<>();
    while (texts.size() < many) {
      StringBuilder text = new StringBuilder();
      IntStream.range(0, random.nextInt(1, 40)).forEach(_ -> text.append(one(random, PLAIN)));
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        text.insert(random.nextInt(text.length() + 1), one(random, FORBIDDEN));
      }
      texts.add(text.toString());
    }
    return List.copyOf(texts);
  }

  /** Different prefixes of a string. */
  public static List<String> cut(String whole, int many) {
    List<Integer> ends = new ArrayList<>(IntStream.range(0, whole.length()).boxed().toList());
    java.util.Collections.shuffle(ends, random(whole));
    return ends.stream().limit(many).map(end -> whole.substring(0, end)).toList();
  }

  /** A source of numbers that are the same for the same seed and salt. */
  public static Random random(String salt) {
    return new Random(SEED * 31 + salt.hashCode());
  }

  private static char one(Random random, String alphabet) {
    return alphabet.charAt(random.nextInt(alphabet.length()));
  }
}
