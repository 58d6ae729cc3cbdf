package cryptorobot.deployer.local.cli;

import java.io.PrintStream;

/**
 * Where a person reads what happens: results on stdout, remarks and errors on stderr, and one line
 * that moves where stdout is a terminal.
 */
final class Screen {
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private boolean moving;

  private Screen(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  static Screen of(PrintStream out, PrintStream err, boolean terminal) {
    return new Screen(out, err, terminal);
  }

  boolean terminal() {
    return terminal;
  }

  synchronized void line(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  synchronized void error(String text) {
    clear();
    err.println(text);
    err.flush();
  }

  /** Shows a line that the next one replaces; nothing where stdout is no terminal. */
  synchronized void moving(String text) {
    if (terminal) {
      out.print(ERASE_LINE + text);
      out.flush();
      moving = true;
    }
  }

  private void clear() {
    if (moving) {
      out.print(ERASE_LINE);
      out.flush();
      moving = false;
    }
  }
}
