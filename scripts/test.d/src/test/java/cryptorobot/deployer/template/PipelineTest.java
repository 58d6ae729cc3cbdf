package cryptorobot.deployer.template;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private static final String STEP = "Deploy the stacks";
  private static final String READER = "Reader of reports <robots@example.com>";

  private static final String ARN = "arn:aws:cloudformation:eu-west-1:000000000000:stack/%s/1";

  /** The stacks of the account: name, prefix and environment. */
  private static final List<List<String>> STACKS =
      List.of(
          List.of("crypto-robot", "crypto-robot", ""),
          List.of("robot-one", "crypto-robot", "one.local"),
          List.of("robot-two", "crypto-robot", "two.local"),
          List.of("staging-one", "crypto-robot-staging", "one.local"),
          List.of("mine", "", ""));

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
    for (String part : List.of("template.yaml", "environment.yaml")) {
      Files.createSymbolicLink(workspace.resolve(part), Project.file(part));
    }
    // A copy: the client packages the repository that it belongs to.
    copyClient(workspace.resolve("scripts"));
    // PackagingTest checks the jar itself.
    Path target = Files.createDirectories(workspace.resolve("functions/target"));
    Files.write(target.resolve("functions.jar"), EMPTY_JAR);
    for (String made : List.of("classes", "definitions")) {
      Files.createSymbolicLink(target.resolve(made), Project.file("functions/target/" + made));
    }
    machine = new HashMap<>(proxy.variables());
    machine.put("PATH", tools.program("aws").getParent() + ":" + System.getenv("PATH"));
    machine.put("AWS_CONFIG_FILE", "/dev/null");
    machine.put("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567");
    for (String service : List.of("CLOUDFORMATION", "SSM", "SFN", "STS")) {
      machine.put("AWS_ENDPOINT_URL_" + service, account.url());
    }
    account
        .on("ListDocuments", _ -> "{\"DocumentIdentifiers\": []}")
        .on("DescribeParameters", _ -> "{\"Parameters\": []}")
        .on(
            "ListStackResources",
            _ -> FakeAccount.xml("ListStackResources", "<StackResourceSummaries/>"))
        .on("DescribeStacks", PipelineTest::described)
        .on(
            "GetTemplateSummary",
            _ ->
                FakeAccount.xml(
                    "GetTemplateSummary",
                    Stream.of(
                            "StackPrefix",
                            "DeployerVersion",
                            "Environment",
                            "NotificationEmail",
                            "LogRetentionDays")
                        .map("<member><ParameterKey>%s</ParameterKey></member>"::formatted)
                        .collect(Collectors.joining("", "<Parameters>", "</Parameters>"))))
        .on(
            "CreateChangeSet",
            _ ->
                FakeAccount.xml(
                    "CreateChangeSet",
                    "<Id>a-change-set</Id><StackId>" + ARN.formatted("x") + "</StackId>"))
        .on(
            "DescribeChangeSet",
            _ -> FakeAccount.xml("DescribeChangeSet", "<Status>CREATE_COMPLETE</Status>"))
        .on("SetStackPolicy", _ -> FakeAccount.xml("SetStackPolicy", ""))
        .on("ExecuteChangeSet", _ -> FakeAccount.xml("ExecuteChangeSet", ""));
  }

  private static void copyClient(Path scripts) throws IOException {
    Path source = Project.file("scripts");
    try (Stream<Path> files = Files.walk(source.resolve("client"))) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".py") || file.toString().endsWith(".json")) {
          Path copy = scripts.resolve(source.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    Files.copy(source.resolve("operate"), scripts.resolve("operate"), COPY_ATTRIBUTES);
  }

  /** The requested stack, or all of them. */
  private static String described(String request) {
    StringBuilder members = new StringBuilder();
    for (List<String> stack : STACKS) {
      boolean named = ("&" + request + "&").contains("&StackName=" + stack.getFirst() + "&");
      if (named || !request.contains("&StackName=")) {
        members.append(member(stack));
      }
    }
    return FakeAccount.xml(
        "DescribeStacks",
        "<Stacks>"
            + (members.isEmpty() ? member(List.of(name(request), "", "")) : members.toString())
            + "</Stacks>");
  }

  private static String name(String request) {
    return request.replaceAll(".*&StackName=([^&]+).*", "$1");
  }

  private static String member(List<String> stack) {
    String parameter =
        "<member><ParameterKey>%s</ParameterKey><ParameterValue>%s</ParameterValue></member>";
    return "<member><StackName>%s</StackName><StackId>%s</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Parameters>%s%s</Parameters></member>"
        .formatted(
            stack.getFirst(),
            ARN.formatted(stack.getFirst()),
            stack.get(1).isEmpty() ? "" : parameter.formatted("StackPrefix", stack.get(1)),
            stack.get(2).isEmpty() ? "" : parameter.formatted("Environment", stack.get(2)));
  }

  /** The folder is removed after the test, so the targets of the links must not be in it then. */
  @AfterEach
  void stop() throws IOException {
    account.close();
    for (String part :
        List.of(
            "template.yaml",
            "environment.yaml",
            "functions/target/classes",
            "functions/target/definitions")) {
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
    play(job, "NotificationEmail=" + READER + "\r\n\nLogRetentionDays=30\n").exits(0);
    Map<String, String> given = parameters(0);
    assertEquals(READER, given.get("NotificationEmail"), given::toString);
    assertEquals("30", given.get("LogRetentionDays"), given::toString);
    assertFalse(given.containsKey("StackPrefix"), "the stack has it, and keeps it");
    assertEquals("0123456789ab", given.get("DeployerVersion"), given::toString);
    assertTrue(
        requested("TemplateURL=https://"), "by the bucket: it is larger than a request may be");
    assertTrue(requested("CAPABILITY_AUTO_EXPAND"), "the transform of the template");
  }

  /** In the order in which the account lists them, after the deployer. */
  @Test
  void bringsEveryEnvironmentOfThePrefixToTheNewVersion() throws Exception {
    play("staging", "").exits(0);
    List<String> stacks =
        account.calls("CreateChangeSet").stream().map(call -> name(call.body())).toList();
    assertEquals(List.of("crypto-robot", "robot-one", "robot-two"), stacks);
    for (int environment : List.of(1, 2)) {
      assertEquals(
          Map.of("DeployerVersion", "0123456789ab"),
          parameters(environment),
          "the others keep their values");
    }
    assertEquals(3, account.calls("ExecuteChangeSet").size());
    assertEquals(
        List.of("robot-one", "robot-two"),
        account.calls("SetStackPolicy").stream().map(call -> name(call.body())).toList());
  }

  @Test
  void deploysTheStackWithoutParameters() throws Exception {
    play("staging", "").exits(0);
    assertEquals(Map.of("DeployerVersion", "0123456789ab"), parameters(0));
  }

  @Test
  void refusesQuotesWhichWouldBecomePartOfTheValue() throws Exception {
    WorkflowRun run = play("staging", "NotificationEmail=\"robots@example.com\"\n").exits(2);
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
    String filled =
        commands
            .replaceFirst("BUCKET=…", "BUCKET=documented")
            .replaceFirst("VERSION=…", "VERSION=v1");
    var builder =
        new ProcessBuilder("bash", "-euc", filled)
            .directory(workspace.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(machine);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Map<String, String> deployer = parameters(0);
    assertEquals("v1", deployer.get("DeployerVersion"), deployer::toString);
    assertEquals("create", deployer.get("GitHubOidcProvider"), deployer::toString);
    Map<String, String> environment = parameters(1);
    assertEquals("v1", environment.get("DeployerVersion"), environment::toString);
    assertEquals("rate(5 minutes)", environment.get("WatchSchedule"), environment::toString);
    assertEquals("crypto-robot.local", environment.get("Environment"), environment::toString);
    assertEquals(2, account.calls("CreateChangeSet").size());
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

  /** The values that a change set was made with, without those that the stack keeps. */
  private Map<String, String> parameters(int changeSet) {
    Map<String, String> keys = new TreeMap<>();
    Map<String, String> values = new TreeMap<>();
    for (String field : account.calls("CreateChangeSet").get(changeSet).body().split("&")) {
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
