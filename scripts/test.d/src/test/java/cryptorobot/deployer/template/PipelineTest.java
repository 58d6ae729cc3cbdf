package cryptorobot.deployer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.endtoend.WorkflowRun;
import cryptorobot.deployer.operate.FakeAccount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/aws.md and of {@code infrastructure.yml} that deploy the stack, run with the
 * real AWS CLI up to CloudFormation's change set.
 */
@Tag("packaging")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineTest {
  private static final String STEP = "Deploy the stack";
  private static final String POWER =
      "crypto-robot.local start 07:00 MON-FRI Europe/Zurich,crypto-robot.local stop 19:00 * UTC";

  /** The end of an archive without entries. */
  private static final byte[] EMPTY_JAR = Arrays.copyOf(new byte[] {'P', 'K', 5, 6}, 22);

  private FakeAccount account;
  private Path workspace;
  private AwsTools tools;
  private MotoProxy proxy;
  private Map<String, String> machine;

  @BeforeAll
  void startS3() throws Exception {
    tools = AwsTools.newest();
    proxy = new MotoProxy(tools);
    AwsTools.Result made =
        AwsTools.run(
            proxy.variables(), tools.program("aws").toString(), "s3", "mb", "s3://artifacts");
    assertEquals(0, made.exit(), made.text());
  }

  @AfterAll
  void stopS3() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    account = new FakeAccount();
    workspace = Files.createDirectories(folder.resolve("workspace"));
    for (String part : List.of("template.yaml", "scripts", "statemachine")) {
      Files.createSymbolicLink(workspace.resolve(part), Project.file(part));
    }
    // PackagingTest checks the jar itself.
    Path target = Files.createDirectories(workspace.resolve("functions/target"));
    Files.write(target.resolve("functions.jar"), EMPTY_JAR);
    Files.createSymbolicLink(target.resolve("classes"), Project.file("functions/target/classes"));
    machine = new HashMap<>(proxy.variables());
    machine.put("PATH", tools.program("aws").getParent() + ":" + System.getenv("PATH"));
    machine.put("AWS_CONFIG_FILE", "/dev/null");
    for (String service : List.of("CLOUDFORMATION", "SSM", "SFN", "STS")) {
      machine.put("AWS_ENDPOINT_URL_" + service, account.url());
    }
    String stack = "arn:aws:cloudformation:eu-west-1:000000000000:stack/crypto-robot/1";
    account
        .on("ListDocuments", _ -> "{\"DocumentIdentifiers\": []}")
        .on(
            "ListStackResources",
            _ -> FakeAccount.xml("ListStackResources", "<StackResourceSummaries/>"))
        .on(
            "DescribeStacks",
            _ ->
                FakeAccount.xml(
                    "DescribeStacks",
                    "<Stacks><member><StackName>crypto-robot</StackName><StackId>"
                        + stack
                        + "</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
                        + "<StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>"))
        .on(
            "GetTemplateSummary",
            _ ->
                FakeAccount.xml(
                    "GetTemplateSummary",
                    "<Parameters><member><ParameterKey>StackPrefix</ParameterKey></member>"
                        + "</Parameters>"))
        .on(
            "CreateChangeSet",
            _ ->
                FakeAccount.xml(
                    "CreateChangeSet", "<Id>a-change-set</Id><StackId>" + stack + "</StackId>"))
        .on(
            "DescribeChangeSet",
            _ -> FakeAccount.xml("DescribeChangeSet", "<Status>CREATE_COMPLETE</Status>"))
        .on("ExecuteChangeSet", _ -> FakeAccount.xml("ExecuteChangeSet", ""));
  }

  /** The folder is removed after the test, so the targets of the links must not be in it then. */
  @AfterEach
  void stop() throws IOException {
    account.close();
    for (String part :
        List.of("template.yaml", "scripts", "statemachine", "functions/target/classes")) {
      Files.deleteIfExists(workspace.resolve(part));
    }
  }

  @Test
  void deploysStagingWithValuesThatHoldBlanks() throws Exception {
    deploysWithValuesThatHoldBlanks("staging");
  }

  @Test
  void deploysProductionWithValuesThatHoldBlanks() throws Exception {
    deploysWithValuesThatHoldBlanks("production");
  }

  private void deploysWithValuesThatHoldBlanks(String job) throws Exception {
    play(job, "WatchSchedule=rate(15 minutes)\r\n\nPowerSchedules=" + POWER + "\n").exits(0);
    Map<String, String> given = parameters();
    assertEquals("rate(15 minutes)", given.get("WatchSchedule"), given::toString);
    assertEquals(POWER, given.get("PowerSchedules"), given::toString);
    assertEquals("crypto-robot", given.get("StackPrefix"), given::toString);
    assertTrue(
        requested("TemplateURL=https://"), "by the bucket: it is larger than a request may be");
    assertTrue(requested("CAPABILITY_AUTO_EXPAND"), "the transforms of the nested stacks");
    assertEquals(1, account.calls("ExecuteChangeSet").size());
  }

  @Test
  void deploysTheStackWithoutParameters() throws Exception {
    play("staging", "").exits(0);
    assertEquals("crypto-robot", parameters().get("StackPrefix"));
  }

  @Test
  void refusesQuotesWhichWouldBecomePartOfTheValue() throws Exception {
    WorkflowRun run = play("staging", "WatchSchedule=\"rate(15 minutes)\"\n").exits(2);
    assertTrue(run.log().contains("STACK_PARAMETERS has quotes"), run::log);
    assertEquals(List.of(), account.calls("CreateChangeSet"));
  }

  @Test
  void deploysTheStackAsTheDocumentationSays() throws Exception {
    String text = Project.text("docs/aws.md");
    String section = text.substring(text.indexOf("## 3. The stack"));
    int start = section.indexOf("```\n") + 4;
    String commands = section.substring(start, section.indexOf("```", start));
    assertTrue(commands.startsWith("BUCKET=…"), commands);
    var builder =
        new ProcessBuilder("bash", "-euc", commands.replaceFirst("BUCKET=…", "BUCKET=documented"))
            .directory(workspace.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(machine);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Map<String, String> given = parameters();
    assertEquals("rate(5 minutes)", given.get("WatchSchedule"), given::toString);
    assertEquals(
        "crypto-robot.local,jack_robot.crypto-vision.com",
        given.get("Environments"),
        given::toString);
  }

  private WorkflowRun play(String job, String parameters) throws Exception {
    return new WorkflowRun(
            workspace,
            Map.of(
                "vars.STACK_PREFIX", "crypto-robot",
                "vars.ARTIFACT_BUCKET", "artifacts",
                "vars.STACK_PARAMETERS", parameters))
        .on(machine)
        .play(Project.file(".github/workflows/infrastructure.yml"), job, STEP::equals);
  }

  private boolean requested(String text) {
    return account.calls("CreateChangeSet").getFirst().body().contains(text);
  }

  /** The values of the one change set that was made. */
  private Map<String, String> parameters() {
    assertEquals(1, account.calls("CreateChangeSet").size(), "change sets");
    Map<String, String> keys = new TreeMap<>();
    Map<String, String> values = new TreeMap<>();
    for (String field : account.calls("CreateChangeSet").getFirst().body().split("&")) {
      String[] pair = field.split("=", 2);
      String[] name = pair[0].split("\\.");
      if (name.length == 4 && name[3].equals("ParameterKey")) {
        keys.put(name[2], pair[1]);
      } else if (name.length == 4 && name[3].equals("ParameterValue")) {
        values.put(name[2], pair[1]);
      }
    }
    Map<String, String> given = new TreeMap<>();
    values.forEach((number, value) -> given.put(keys.get(number), value));
    assertFalse(given.isEmpty(), "parameters");
    return given;
  }
}
