package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;

/**
 * Asks the deployer's own PlanDeployment whether a request is good before an instance is made for
 * it: a refused request must leave nothing behind.
 */
final class RequestCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ControlPlane control;
  private final Settings settings;

  RequestCheck(ControlPlane control, Settings settings) {
    this.control = control;
    this.settings = settings;
  }

  /**
   * Returns when the environment has its instance already (then its execution will judge), or when
   * nothing is wrong with the request, as far as that can be known before it is run.
   *
   * @throws CommandFailure when it is refused, with the JSON path of what is wrong
   */
  void beforeMaking(String environment, JsonNode request) {
    if (control.machine(environment).isPresent()) {
      return;
    }
    var payload = JSON.createObjectNode().put("machine", "deploy");
    payload.set("request", request);
    String execution = settings.stateMachine("deploy").replace(":stateMachine:", ":execution:");
    payload.put("execution", execution + ":check").put("started_at", Instant.now().toString());
    var answer = control.invoke("crypto-robot-PlanDeployment", payload);
    String error = FailureText.name(answer.body().path("errorType").asText());
    if (!answer.succeeded() && error.equals("InvalidRequest")) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "RequestRefused: InvalidRequest: "
              + answer.body().path("errorMessage").asText()
              + ". Nothing was touched.");
    }
  }
}
