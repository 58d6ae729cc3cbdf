package cryptorobot.deployer.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code scripts/operate} where AWS answers what the local cloud does not. */
class OperateAgainstAwsTest {
  private static final String ARN = "arn:aws:cloudformation:eu-west-1:000000000000:stack/";
  private static final String KEYS = "crypto-robot/one.local/keys";

  @TempDir private Path folder;
  private final FakeAccount account = new FakeAccount();

  private record Result(int exit, String text) {}

  @AfterEach
  void close() {
    account.close();
  }

  @Test
  void removesOldDocumentsAndNoneThatANestedStackHolds() throws Exception {
    account
        .on("ListStateMachines", _ -> "{\"stateMachines\":[]}")
        .on("DescribeParameters", _ -> "{\"Parameters\":[]}")
        .on("DescribeStacks", _ -> FakeAccount.xml("DescribeStacks", "<Stacks/>"))
        .on("DeleteDocument", _ -> "{}")
        .on(
            "ListDocuments",
            _ ->
                """
                {"DocumentIdentifiers": [{"Name": "crypto-robot-fetch-000000000001"},
                 {"Name": "crypto-robot-fetch-000000000002"},
                 {"Name": "crypto-robot-status-000000000003"},
                 {"Name": "crypto-robot-staging-fetch-000000000004"}]}
                """)
        .on("ListStackResources", OperateAgainstAwsTest::resources);

    Result result = operate("", "documents", "--clean");

    assertEquals(0, result.exit, result.text);
    assertEquals(
        List.of("{\"Name\": \"crypto-robot-fetch-000000000001\"}"),
        account.calls("DeleteDocument").stream().map(FakeAccount.Call::body).toList(),
        result.text);
  }

  /** A stack that cannot be read may contain anything. */
  @Test
  void removesNothingWhenANestedStackCannotBeRead() throws Exception {
    account
        .on("ListStateMachines", _ -> "{\"stateMachines\":[]}")
        .on("DescribeParameters", _ -> "{\"Parameters\":[]}")
        .on("DescribeStacks", _ -> FakeAccount.xml("DescribeStacks", "<Stacks/>"))
        .on(
            "ListDocuments",
            _ -> "{\"DocumentIdentifiers\": [{\"Name\": \"crypto-robot-fetch-000000000001\"}]}")
        .on("ListStackResources", request -> request.contains(ARN) ? "no XML" : resources(request));

    Result result = operate("", "documents", "--clean");

    assertEquals(1, result.exit, result.text);
    assertEquals(List.of(), account.calls("DeleteDocument"), result.text);
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, ''",
    "AccessDeniedException, crypto-robot/one.local/keys2"
  })
  void createsMissingKeysWhateverIamAnswers(String code, String listed) throws Exception {
    account
        .refuse("GetSecretValue", 400, code)
        .on("ListSecrets", _ -> "{\"SecretList\":[{\"Name\":\"" + listed + "\"}]}")
        .on("CreateSecret", _ -> "{}");
    Result result = operate("{\"BINANCE_API_KEY\": \"k\"}", "keys", "one.local");
    assertEquals(0, result.exit, result.text);
    assertEquals(1, account.calls("CreateSecret").size(), result.text);
    assertTrue(result.text.contains(KEYS + " is created"), result.text);
  }

  @Test
  void reportsThatKeysAreRefusedWhenTheyExist() throws Exception {
    account
        .refuse("GetSecretValue", 400, "AccessDeniedException")
        .on("ListSecrets", _ -> "{\"SecretList\":[{\"Name\":\"" + KEYS + "\"}]}");
    Result result = operate("{\"BINANCE_API_KEY\": \"k\"}", "keys", "one.local");
    assertEquals(1, result.exit, result.text);
    assertTrue(result.text.contains("(AccessDeniedException)"), result.text);
    assertTrue(result.text.contains("GetSecretValue"), result.text);
    assertTrue(
        account.calls("ListSecrets").getFirst().body().contains("\"Values\": [\"" + KEYS + "\"]"),
        () -> account.calls("ListSecrets").toString());
  }

  @Test
  void createsNothingWhenItCannotReadWhetherTheKeysExist() throws Exception {
    account
        .refuse("GetSecretValue", 400, "AccessDeniedException")
        .refuse("ListSecrets", 400, "ThrottlingException");
    Result result = operate("{\"BINANCE_API_KEY\": \"k\"}", "keys", "one.local");
    assertEquals(1, result.exit, result.text);
    assertEquals(List.of(), account.calls("CreateSecret"), result.text);
  }

  private static String resources(String request) {
    String found =
        Map.of(
                "crypto-robot",
                resource("Documents", "AWS::CloudFormation::Stack", ARN + "one/1")
                    + resource("Others", "AWS::CloudFormation::Stack", ARN + "two/2")
                    + resource("Topic", "AWS::SNS::Topic", "arn:aws:sns:eu-west-1:0:t"),
                ARN + "one/1",
                resource("A", "AWS::SSM::Document", "crypto-robot-fetch-000000000002"),
                ARN + "two/2",
                resource("B", "AWS::SSM::Document", "crypto-robot-status-000000000003"))
            .get(request.replaceFirst(".*&StackName=", "").replaceFirst("&.*", ""));
    return FakeAccount.xml(
        "ListStackResources", "<StackResourceSummaries>" + found + "</StackResourceSummaries>");
  }

  private static String resource(String id, String type, String name) {
    return """
        <member><LogicalResourceId>%s</LogicalResourceId><ResourceType>%s</ResourceType>
        <PhysicalResourceId>%s</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus>
        <LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>
        """
        .formatted(id, type, name);
  }

  private Result operate(String stdin, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root().resolve("scripts/operate").toString()));
    command.addAll(List.of(arguments));
    Path input = Files.writeString(folder.resolve("stdin"), stdin);
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(input.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_ENDPOINT_URL", account.url());
    environment.put("AWS_REGION", "eu-west-1");
    environment.put("AWS_ACCESS_KEY_ID", "key");
    environment.put("AWS_SECRET_ACCESS_KEY", "secret");
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_ACCESS_KEY_ID", "test");
    environment.put("AWS_SECRET_ACCESS_KEY", "test");
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("OPERATE_PATIENCE", "0");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), text);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
