package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Operates an instance in place of the state machine: it sends the host steps through Systems
 * Manager, one by one, and may stop at any point.
 *
 * @param settings what the steps take their parameters from
 */
record Controller(Instance instance, String owner, Map<String, String> settings) {
  private static final Duration TO_AN_ANSWER = Duration.ofMinutes(4);

  Controller {
    settings = Map.copyOf(settings);
  }

  /** A controller whose owner name is an execution of this name. */
  static Controller named(String execution, Instance instance, Map<String, String> settings) {
    String owner =
        ExecutionHandle.machine(instance.environment(), "deploy")
                .replace(":stateMachine:", ":execution:")
            + ":"
            + execution;
    var all = new HashMap<>(settings);
    all.putAll(
        Map.of(
            "Owner",
            owner,
            "Generation",
            "0",
            "ApplicationPath",
            "/opt/crypto-robot",
            "Environment",
            instance.environment(),
            "Program",
            programVersion()));
    return new Controller(instance, owner, all);
  }

  Controller with(String setting, String value) {
    var changed = new HashMap<>(settings);
    changed.put(setting, value);
    return new Controller(instance, owner, changed);
  }

  /** A step that has been sent. */
  record Sent(String step, String command, Instance instance) {

    Answer answer() {
      var request = LocalAws.object().put("CommandId", command).put("InstanceId", instance.id());
      return Await.found(
          "the end of " + step,
          TO_AN_ANSWER,
          () -> {
            JsonNode invocation = LocalAws.ssmOrRefusal("GetCommandInvocation", request);
            // Systems Manager does not know a command immediately after it was sent.
            boolean ended = invocation.path("ResponseCode").asInt(-1) >= 0 && ended(invocation);
            return ended ? Optional.of(Answer.of(step, invocation)) : Optional.empty();
          });
    }

    private static boolean ended(JsonNode invocation) {
      return !invocation.path("Status").asText().matches("Pending|Delayed|InProgress|");
    }
  }

  /**
   * How a step ended: its exit code and the JSON of its last line.
   *
   * @param errors what the command wrote to stderr, for the message of a test that fails
   */
  record Answer(String step, int exit, JsonNode result, String errors) {

    static Answer of(String step, JsonNode invocation) {
      String output = invocation.path("StandardOutputContent").asText().strip();
      String line = output.substring(output.lastIndexOf('\n') + 1);
      return new Answer(
          step,
          invocation.path("ResponseCode").asInt(),
          TestEnvironment.parse(line.isEmpty() ? "{}" : line),
          invocation.path("StandardErrorContent").asText());
    }

    JsonNode good() {
      assertEquals(0, exit, this::toString);
      return result;
    }

    /** Its message, after asserting that it failed under this name. */
    String failsAs(String failure, int code) {
      assertEquals(failure, result.path("failure").asText(), this::toString);
      assertEquals(code, exit, this::toString);
      return result.path("message").asText();
    }
  }

  Answer run(String step, int phase) {
    return send(step, phase).answer();
  }

  /** Sends a step what its document declares and these settings have. */
  Sent send(String step, int phase) {
    var all = new HashMap<>(settings);
    all.put("Phase", Integer.toString(phase));
    ObjectNode request =
        LocalAws.object()
            .put("DocumentName", document(step))
            .put("Comment", "by hand: " + step)
            .put("TimeoutSeconds", 60);
    request.putArray("InstanceIds").add(instance.id());
    ObjectNode parameters = request.putObject("Parameters");
    resource(step)
        .path("parameters")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (all.containsKey(name)) {
                parameters.putArray(name).add(all.get(name));
              }
            });
    String command = LocalAws.ssm("SendCommand", request).at("/Command/CommandId").asText();
    return new Sent(step, command, instance);
  }

  /** The document of a step: its name carries a hash of its content. */
  static String document(String step) {
    return "crypto-robot-" + resource("names").path(step).asText();
  }

  /** The script of a step, as the agent runs it with the version of the program. */
  static String script(String step) {
    var lines = new StringBuilder("export SSM_Program=" + programVersion() + "\n");
    // The agent gives an optional parameter that is missing in the request as its default.
    resource(step)
        .path("parameters")
        .properties()
        .forEach(
            parameter -> {
              if (parameter.getValue().has("default")) {
                String name = "SSM_" + parameter.getKey();
                String value = parameter.getValue().path("default").asText();
                lines.append("export %s=\"${%s-%s}\"\n".formatted(name, name, value));
              }
            });
    resource(step)
        .at("/mainSteps/0/inputs/runCommand")
        .forEach(line -> lines.append(line.asText()).append('\n'));
    return lines.toString();
  }

  /** The version of the host program that the functions were built with. */
  static String programVersion() {
    return resource("program").path("version").asText();
  }

  private static JsonNode resource(String name) {
    try (InputStream in = Controller.class.getResourceAsStream("/documents/" + name + ".json")) {
      return TestEnvironment.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
