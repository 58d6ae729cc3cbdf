package cryptorobot.deployer.definition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.stepfunctions.asl.Flow;
import cryptorobot.localcloud.stepfunctions.asl.State;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One name for one thing: a Task state has the name of its function, of its host step or of the
 * machine that it starts, and a test names it too.
 */
class StateNamesTest {
  private static final Path ROOT = Path.of("../..");

  /** A second use of a state in one machine. */
  private static final String SECOND = "((After|Before)[A-Z][A-Za-z]+)?";

  /** StartInstance with {@code start: false} starts nothing: its state must not say so. */
  private static final String FIND = "FindInstance";

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "power", "watch", "migrate"})
  void aTaskStateHasTheNameOfWhatItRuns(String machine) throws Exception {
    var wrong = new TreeSet<String>();
    for (var task : tasks(machine)) {
      var name = runs(task);
      boolean finds = task.name().equals(FIND) && name.equals("StartInstance");
      if (!finds && !task.name().matches(Pattern.quote(name) + SECOND)) {
        wrong.add(task.name() + " runs " + name);
      }
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "power", "watch", "migrate"})
  void aTestNamesEachTaskState(String machine) throws Exception {
    var tests = tests();
    var untested = new TreeSet<String>();
    for (var task : tasks(machine)) {
      var name = runs(task);
      var step = kebab(name);
      boolean isNamed =
          tests.contains("class " + name + "Test ")
              || Stream.of("run", "send", "run_step", "answer", "fail", "failOnce")
                  .anyMatch(call -> tests.contains(call + "(\"" + step + "\""))
              || tests.contains("answer(\n            \"" + step + "\"")
              || tests.contains("\"" + step + "\",");
      if (!isNamed) {
        untested.add(task.name());
      }
    }
    assertTrue(untested.isEmpty(), () -> "no test names " + untested);
  }

  /** The name of what a Task state runs, in the form of a state's name. */
  private static String runs(State.Task task) {
    var arguments = task.arguments();
    if (arguments.has("StateMachineArn")) {
      var machine = arguments.get("StateMachineArn").asText().replaceAll("\\W|StateMachine", "");
      return machine.substring(0, 1).toUpperCase() + machine.substring(1);
    }
    var function = arguments.get("FunctionName").asText().replaceAll("\\W|Function", "");
    return function.equals("RunDeployStep")
        ? camel(arguments.at("/Payload/step").asText())
        : function;
  }

  private static String camel(String step) {
    return Stream.of(step.split("-"))
        .map(word -> word.substring(0, 1).toUpperCase() + word.substring(1))
        .collect(Collectors.joining());
  }

  private static String kebab(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase();
  }

  private static List<State.Task> tasks(String machine) throws Exception {
    var text = Files.readString(ROOT.resolve("statemachine").resolve(machine + ".asl.yaml"));
    var tasks = tasks(StateMachineParser.parse(text).flow()).toList();
    assertTrue(tasks.size() > 4, "found too few tasks in " + machine);
    return tasks;
  }

  private static Stream<State.Task> tasks(Flow flow) {
    return flow.states().values().stream()
        .flatMap(
            state ->
                switch (state) {
                  case State.Task task -> Stream.of(task);
                  case State.Parallel parallel ->
                      parallel.branches().stream().flatMap(StateNamesTest::tasks);
                  case State.Map map -> tasks(map.processor());
                  case State.Choice _, State.Wait _, State.Pass _, State.Succeed _, State.Fail _ ->
                      Stream.empty();
                });
  }

  /** The text of all tests but this one. */
  private static String tests() {
    var text = new StringBuilder();
    for (var folder :
        Set.of("functions/src/test/java", "scripts/test.d/src/test/java", "scripts/host/tests")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().matches(".*\\.(java|py)"))
            .filter(file -> !file.toString().contains("StateNamesTest"))
            .map(StateNamesTest::read)
            .forEach(text::append);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
