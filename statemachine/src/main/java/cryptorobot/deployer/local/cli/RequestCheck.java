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
  private final FunctionCall functions;
  private final Settings settings;

  RequestCheck(Workplace workplace) {
    this.control = workplace.control();
    this.settings = workplace.settings();
    this.functions = new FunctionCall(AwsAccess.of(settings));
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
    var answer = functions.invoke("crypto-robot-PlanDeployment", payload);
    String error = FailureText.name(answer.body().path("errorType").asText());
    if (answer.failed() && error.equals("InvalidRequest")) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "RequestRefused: InvalidRequest: "
              + answer.body().path("errorMessage").asText()
              + ". Nothing was touched.");
    }
  }
}
