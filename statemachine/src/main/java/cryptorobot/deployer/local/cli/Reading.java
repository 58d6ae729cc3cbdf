package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Has the watch machine read something of an environment, without a word on the screen. */
final class Reading {
  private static final Duration PAUSE = Duration.ofMillis(150);

  private final Workplace workplace;
  private final String environment;
  private final Executions executions;

  Reading(Workplace workplace, String environment) {
    this.workplace = workplace;
    this.environment = environment;
    this.executions = workplace.executions();
  }

  /** A request of the watch machine, to be filled in. */
  ObjectNode request(String operation) {
    String path = EnvironmentFile.applicationPath(workplace.settings().home(), environment);
    return new ObjectMapper()
        .createObjectNode()
        .put("environment", environment)
        .put("operation", operation)
        .put("application_path", path);
  }

  /** What the host said; {@link CommandFailure} when it could not be asked or sleeps. */
  JsonNode of(ObjectNode request) {
    String name =
        "%s-%08x"
            .formatted(request.path("operation").asText(), ThreadLocalRandom.current().nextInt());
    String execution = executions.start("watch", name, request);
    Standing standing = executions.standing(execution);
    while (standing.running()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      standing = executions.standing(execution);
    }
    if (!standing.status().equals("SUCCEEDED")) {
      boolean refused = Outcome.of(standing) == Outcome.REFUSED;
      throw new CommandFailure(
          refused ? ExitCode.REFUSED : ExitCode.FAILED, standing.error() + ": " + standing.cause());
    }
    if (standing.output().path("outcome").asText().equals("asleep")) {
      throw new CommandFailure(ExitCode.FAILED, "the instance of " + environment + " does not run");
    }
    return standing.output().path("host");
  }
}
