package cryptorobot.deployer.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import cryptorobot.localcloud.stepfunctions.engine.Ended;
import cryptorobot.localcloud.stepfunctions.engine.Engine;
import cryptorobot.localcloud.stepfunctions.engine.ExecutionRequest;
import cryptorobot.localcloud.stepfunctions.engine.HistoryEvent;
import cryptorobot.localcloud.stepfunctions.engine.TaskRunner;
import cryptorobot.localcloud.stepfunctions.engine.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** One run of a shipped definition in virtual time, from request to end. */
public record DefinitionRun(Ended ended, List<HistoryEvent> history) {
  private static final Instant START = Instant.parse("2026-11-23T06:15:00Z");

  /** The input of every run. The scripted PlanDeployment does not read it. */
  public static final String INPUT = "{\"environment\":\"crypto-robot.local\"}";

  private static final ObjectMapper JSON = new ObjectMapper();

  public static DefinitionRun of(String file, TaskRunner functions) throws Exception {
    return of(
        Files.readString(Path.of("../../statemachine", file))
            .replace("${Environment}", "crypto-robot.local")
            .replaceAll("\\$\\{(RepositoryUrl|ApplicationPath)}", ""),
        INPUT,
        functions);
  }

  /** A run of this definition with another input, for functions that read it. */
  public static DefinitionRun of(String definition, String input, TaskRunner functions)
      throws Exception {
    var time = new VirtualTime(START);
    var machine = StateMachineParser.parse(definition);
    var execution =
        new Engine(functions, time, new Random(1), time)
            .start(
                new ExecutionRequest(
                    "arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-deploy:one",
                    "one",
                    "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot-deploy",
                    "arn:aws:iam::000000000000:role/crypto-robot",
                    JSON.readTree(input),
                    machine));
    time.run();
    var ended =
        execution.ended().orElseThrow(() -> new AssertionError("ran dry: " + execution.history()));
    return new DefinitionRun(ended, execution.history());
  }

  JsonNode output() {
    return ended.output().orElseThrow(() -> new AssertionError("no output: " + ended));
  }

  String error() {
    return ended.error().orElseThrow(() -> new AssertionError("did not fail: " + ended));
  }

  String cause() {
    return ended.cause().orElseThrow(() -> new AssertionError("no cause: " + ended));
  }

  /** The names of the states in the order they were entered. */
  public List<String> states() {
    return history.stream()
        .filter(event -> event.type().endsWith("StateEntered"))
        .map(event -> event.details().get("name").asText())
        .toList();
  }
}
