package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/** Starts an execution, stays with it, and says how it ended. */
final class Deployment {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Workplace workplace;
  private final Executions executions;
  private final Clock clock;

  Deployment(Workplace workplace, Clock clock) {
    this.workplace = workplace;
    this.executions = workplace.executions();
    this.clock = clock;
  }

  /**
   * Runs a request through a state machine.
   *
   * @return the exit code of the command
   */
  int run(String stateMachine, String what, JsonNode input) {
    String name =
        "%s-%s-%04x"
            .formatted(
                what, STAMP.format(clock.instant()), ThreadLocalRandom.current().nextInt(0x10000));
    String execution = executions.start(stateMachine, name, input);
    workplace.screen().line("  execution " + execution);
    return follow(execution);
  }

  /** Stays with an execution that runs, or shows one that ran. */
  int follow(String execution) {
    Standing ended = new Follower(executions, workplace.screen(), clock).follow(execution);
    String environment = ended.input().path("environment").asText(EnvironmentOption.DEFAULT);
    var view = new ServingView(workplace, environment);
    new Summary(workplace.screen()).show(ended, view);
    return Outcome.of(ended).exitCode(() -> view.host().isPresent()).number();
  }
}
