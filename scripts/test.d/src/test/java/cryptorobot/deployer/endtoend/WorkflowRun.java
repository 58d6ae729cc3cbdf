package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Takes the place of GitHub's runner: it runs the {@code run} steps of a job in order, each in a
 * shell of its own with the variables of the workflow, until one fails. Actions of others do not
 * run. Their results are prepared before, and their inputs are kept for the test.
 */
public final class WorkflowRun {
  private final Path workspace;
  private final Path temporary;
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> credentials = new TreeMap<>();
  private final Map<String, JsonNode> used = new TreeMap<>();
  private final List<String> masks = new ArrayList<>();
  private final StringBuilder log = new StringBuilder();
  private int exit;

  public WorkflowRun(Path workspace, Map<String, String> values) throws IOException {
    this.workspace = workspace;
    this.temporary = Files.createDirectories(workspace.resolve("_temp"));
    this.values.putAll(values);
  }

  /** Variables that only the runner's machine has, such as where AWS is. */
  public WorkflowRun on(Map<String, String> machine) {
    credentials.putAll(machine);
    return this;
  }

  public WorkflowRun play(Path workflow, String job) throws IOException, InterruptedException {
    return play(workflow, job, _ -> true);
  }

  /** Runs only the steps with these names. */
  public WorkflowRun play(Path workflow, String job, Predicate<String> names)
      throws IOException, InterruptedException {
    JsonNode steps = new YAMLMapper().readTree(workflow.toFile()).at("/jobs/" + job);
    for (JsonNode step : steps.get("steps")) {
      if (!names.test(step.path("name").asText())) {
        continue;
      }
      WorkflowExpression expression = new WorkflowExpression(values);
      if (step.has("if") && !expression.holds(step.get("if").textValue())) {
        continue;
      }
      if (step.has("uses")) {
        used.put(step.get("uses").textValue().replaceFirst("@.*", ""), step.get("with"));
      } else if (exit == 0) {
        run(step, steps.get("env"), expression);
      }
    }
    return this;
  }

  private void run(JsonNode step, JsonNode jobVariables, WorkflowExpression expression)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile(temporary, "step-", ".sh");
    Files.writeString(script, step.get("run").textValue());
    Path output = Files.createTempFile(temporary, "output-", "");
    Path log = Files.createTempFile("step-", ".log");
    var builder =
        new ProcessBuilder("bash", "--noprofile", "--norc", "-eo", "pipefail", script.toString())
            .directory(workspace.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("LOCAL_"));
    environment.putAll(credentials);
    environment.put("RUNNER_TEMP", temporary.toString());
    environment.put("GITHUB_OUTPUT", output.toString());
    environment.put("GITHUB_STEP_SUMMARY", temporary.resolve("summary.md").toString());
    for (JsonNode variables : List.of(jobVariables, step.path("env"))) {
      variables
          .properties()
          .forEach(
              variable ->
                  environment.put(
                      variable.getKey(), expression.fill(variable.getValue().textValue())));
    }
    exit = builder.start().waitFor();
    Files.readString(log).lines().forEach(this::read);
    Files.delete(log);
    for (String line : Files.readAllLines(output)) {
      String name = line.substring(0, line.indexOf('='));
      values.put(
          "steps." + step.path("id").asText() + ".outputs." + name,
          line.substring(line.indexOf('=') + 1));
    }
  }

  /**
   * A line with a mask is not printed. Every masked string is printed as three stars from then on.
   */
  private void read(String line) {
    if (line.startsWith("::add-mask::")) {
      masks.add(line.substring("::add-mask::".length()).replace("%25", "%"));
      return;
    }
    String shown = line;
    for (String mask : masks) {
      shown = shown.replace(mask, "***");
    }
    log.append(shown).append('\n');
  }

  public WorkflowRun exits(int expected) {
    assertEquals(expected, exit, () -> "the workflow ended with:\n" + log);
    return this;
  }

  public String log() {
    return log.toString();
  }

  String summary() throws IOException {
    return Files.readString(temporary.resolve("summary.md"));
  }

  public List<String> masks() {
    return List.copyOf(masks);
  }

  String output(String name) {
    return output("operate", name);
  }

  String output(String step, String name) {
    return values.getOrDefault("steps." + step + ".outputs." + name, "");
  }

  /** The inputs of the action of this name. */
  JsonNode with(String action) {
    return used.get(action);
  }
}
