package cryptorobot.deployer.local.cli;

import cryptorobot.deployer.local.cli.Happening.Ended;
import cryptorobot.deployer.local.cli.Happening.Retried;
import cryptorobot.deployer.local.cli.Happening.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Shows an execution on the screen. On a terminal: one line for each state that ended, and a line
 * that moves for those that run. Elsewhere: one line when a state starts, one when it ends, and now
 * and then one that says what still runs.
 */
final class Progress {
  /** Failures by which a step only says that it needs more time. */
  private static final Set<String> WAITING =
      Set.of("StepRunning", "InstanceNotReady", "InstanceStopping");

  private static final Duration REMINDER = Duration.ofSeconds(15);
  private static final String[] SPIN = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};

  private final Screen screen;
  private final Map<Long, Started> running = new LinkedHashMap<>();
  private Instant reminded = Instant.MIN;
  private int turn;

  Progress(Screen screen) {
    this.screen = screen;
  }

  void show(Happening happening) {
    switch (happening) {
      case Started started -> {
        running.put(started.visit(), started);
        reminded = started.at();
        if (!screen.terminal()) {
          screen.line("  %-24s starts".formatted(started.state()));
        }
      }
      case Retried retried -> {
        if (!WAITING.contains(FailureText.name(retried.error()))) {
          String why = FailureText.of(retried.error(), retried.cause());
          screen.line("  %-24s again, after %s".formatted(retried.state(), why));
        }
      }
      case Ended ended -> {
        running.remove(ended.visit());
        screen.line(line(ended));
      }
    }
  }

  /** Nothing happened for a moment: shows what runs and since when. */
  void still(Instant now) {
    if (running.isEmpty()) {
      return;
    }
    if (screen.terminal()) {
      screen.moving("  " + SPIN[turn++ % SPIN.length] + " " + runningSince(now));
    } else if (now.isAfter(reminded.plus(REMINDER))) {
      reminded = now;
      screen.line("  still: " + runningSince(now));
    }
  }

  private String line(Ended ended) {
    String mark = screen.terminal() ? (ended.failure().isPresent() ? "✗ " : "✓ ") : "";
    String how = ended.failure().map(f -> "failed: " + f).orElse("done");
    return "  %-24s %7s  %s".formatted(mark + ended.state(), seconds(ended.took()), how);
  }

  private String runningSince(Instant now) {
    return running.values().stream()
        .map(one -> one.state() + " " + seconds(Duration.between(one.at(), now)))
        .collect(Collectors.joining(", "));
  }

  static String seconds(Duration time) {
    return "%.1f s".formatted(time.toMillis() / 1000.0);
  }
}
