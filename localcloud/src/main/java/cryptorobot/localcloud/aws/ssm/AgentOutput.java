package cryptorobot.localcloud.aws.ssm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * How the agent truncates output: by bytes, even inside a character; the incomplete character
 * becomes U+FFFD.
 *
 * <p>Taken from {@code pluginutil.StringPrefix} and {@code iohandler.TruncateOutput} of agent
 * 3.3.1142. A byte that is not UTF-8 counts as the three bytes of U+FFFD here, and as one byte in
 * the agent.
 */
final class AgentOutput {
  /** The limit of each of stdout and stderr. */
  static final int LARGEST = 24_000;

  private static final String CUT = "--output truncated--";
  private static final int LARGEST_OF_BOTH = 2_500;
  private static final String TITLE = "\n----------ERROR-------\n";
  private static final String STDOUT_CUT = "\n---Output truncated---";
  private static final String STDERR_CUT = "\n---Error truncated----";

  private AgentOutput() {}

  /** One output, as GetCommandInvocation returns it. */
  static String cut(String text) {
    return text.getBytes(UTF_8).length < LARGEST ? text : first(text, LARGEST - CUT.length()) + CUT;
  }

  /** Both outputs in one string, as ListCommandInvocations returns them. */
  static String both(String stdout, String stderr) {
    int out = stdout.getBytes(UTF_8).length;
    int err = stderr.getBytes(UTF_8).length;
    String title = err > 0 ? TITLE : "";
    int room = LARGEST_OF_BOTH - title.length();
    if (out + err < room) {
      return stdout + title + stderr;
    }
    if (out > room / 2 && err > room / 2) {
      int half = (room - STDERR_CUT.length() - STDOUT_CUT.length()) / 2;
      return first(stdout, half) + STDOUT_CUT + title + first(stderr, half) + STDERR_CUT;
    }
    if (out <= room / 2) {
      return stdout + title + first(stderr, room - STDERR_CUT.length() - out) + STDERR_CUT;
    }
    return first(stdout, room - STDOUT_CUT.length() - err) + STDOUT_CUT + title + stderr;
  }

  private static String first(String text, int bytes) {
    byte[] all = text.getBytes(UTF_8);
    return new String(Arrays.copyOf(all, Math.min(bytes, all.length)), UTF_8);
  }
}
