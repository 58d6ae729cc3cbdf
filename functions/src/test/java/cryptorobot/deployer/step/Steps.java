package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.fakes.FakeContext;
import cryptorobot.deployer.fakes.FakeWaiting;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What the tests of the steps share: a host, its documents and an invocation. */
final class Steps {

  static final String EXECUTION =
      "arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-deploy:run-1";

  static final Host HOST =
      new Host("i-0123456789abcdef0", EXECUTION, 7, "crypto-robot.local", "/opt/crypto-robot");

  static final String HOST_JSON =
      """
      {"instance_id": "i-0123456789abcdef0", "execution": "%s", "generation": 7,
       "environment": "crypto-robot.local", "application_path": "/opt/crypto-robot"}"""
          .formatted(EXECUTION);

  static final StepDocuments DOCUMENTS = new StepDocuments("/documents-for-tests", "crypto-robot");

  private Steps() {}

  static HostSteps of(HostCommands commands) {
    return new HostSteps(commands, DOCUMENTS, new FakeWaiting());
  }

  static PollBudget budget(Waiting waiting) {
    return new PollBudget(waiting, Duration.ofSeconds(50));
  }

  /**
   * Invokes a function as Lambda does: with bytes as input and output, and with one minute left.
   */
  static JsonNode call(RequestStreamHandler function, String input) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      function.handleRequest(
          new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
          out,
          new FakeContext(60_000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Json.tree(out.toString(StandardCharsets.UTF_8)).orElseThrow();
  }
}
