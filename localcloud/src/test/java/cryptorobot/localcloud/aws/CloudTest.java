package cryptorobot.localcloud.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.machines.MachineState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.Topic;

/** Lambda, SNS, STS, the private endpoints, and properties of all requests. */
final class CloudTest {
  private static final String INVOKE = "/2015-03-31/functions/%s/invocations";

  @TempDir Path state;
  private TestCloud test;

  @BeforeEach
  void start() throws Exception {
    test =
        new TestCloud(
            state,
            new ManualClock(),
            Map.of(),
            Map.of(
                "echo", InvocationResult.Returned::new,
                "large", _ -> new InvocationResult.Returned(new byte[6 * 1024 * 1024 + 1]),
                "fail",
                    _ ->
                        new InvocationResult.Unhandled(
                            "{\"errorType\":\"a.B\"}".getBytes(StandardCharsets.UTF_8))));
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @Test
  void invokesAFunction() {
    var response = test.http("lambda", "POST", INVOKE.formatted("echo"), "{\"a\":1}");
    assertEquals(200, response.statusCode());
    assertEquals("{\"a\":1}", response.body());
    assertEquals("$LATEST", response.headers().firstValue("X-Amz-Executed-Version").orElseThrow());
    assertTrue(response.headers().firstValue("X-Amz-Function-Error").isEmpty());
    assertTrue(response.headers().firstValue("x-amzn-RequestId").isPresent());
    String arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aecho";
    assertEquals("1", test.http("lambda", "POST", INVOKE.formatted(arn), "1").body());
  }

  @Test
  void marksTheErrorOfAFunction() {
    var response = test.http("lambda", "POST", INVOKE.formatted("fail"), "{}");
    assertEquals(200, response.statusCode());
    assertEquals("Unhandled", response.headers().firstValue("X-Amz-Function-Error").orElseThrow());
    assertEquals("{\"errorType\":\"a.B\"}", response.body());
    var large = test.http("lambda", "POST", INVOKE.formatted("large"), "{}");
    assertTrue(large.body().contains("Function.ResponseSizeTooLarge"), large.body());
  }

  @Test
  void refusesInvocationsAsLambdaDoes() {
    var missing = test.http("lambda", "POST", INVOKE.formatted("nobody"), "{}");
    assertEquals(404, missing.statusCode());
    assertEquals(
        "ResourceNotFoundException",
        missing.headers().firstValue("x-amzn-ErrorType").orElseThrow());
    var text = test.http("lambda", "POST", INVOKE.formatted("echo"), "hello");
    assertEquals(400, text.statusCode());
    assertEquals(
        "InvalidRequestContentException",
        text.headers().firstValue("x-amzn-ErrorType").orElseThrow());
    String large = "\"" + "a".repeat(6 * 1024 * 1024) + "\"";
    var tooLarge = test.http("lambda", "POST", INVOKE.formatted("echo"), large);
    assertEquals(413, tooLarge.statusCode());
    assertEquals(
        "RequestTooLargeException",
        tooLarge.headers().firstValue("x-amzn-ErrorType").orElseThrow());
    assertEquals(404, test.http("lambda", "DELETE", "/2015-03-31/functions/echo", "").statusCode());
  }

  @Test
  void answersAsynchronousAndDryInvocationsWithoutAResult() {
    var event =
        test.http(
            "lambda", "POST", INVOKE.formatted("echo"), "{}", "X-Amz-Invocation-Type", "Event");
    assertEquals(202, event.statusCode());
    assertEquals("", event.body());
    var dry =
        test.http(
            "lambda", "POST", INVOKE.formatted("echo"), "{}", "X-Amz-Invocation-Type", "DryRun");
    assertEquals(204, dry.statusCode());
  }

  @Test
  void describesAFunction() {
    LambdaClient client = test.client(LambdaClient.builder());
    String arn = "arn:aws:lambda:eu-west-1:000000000000:function:echo";

    var found = client.getFunction(r -> r.functionName(arn));
    assertEquals("echo", found.configuration().functionName());
    assertEquals("local", found.code().repositoryType());
    var configuration = client.getFunctionConfiguration(r -> r.functionName("echo"));
    assertEquals(arn, configuration.functionArn());
    assertEquals("arn:aws:iam::000000000000:role/echo", configuration.role());
    assertEquals("made.up.echo", configuration.handler());
    assertEquals(60, configuration.timeout());
    assertThrows(
        ResourceNotFoundException.class, () -> client.getFunction(r -> r.functionName("nobody")));
    assertThrows(
        ResourceNotFoundException.class,
        () -> client.getFunctionConfiguration(r -> r.functionName("echo").qualifier("7")));
  }

  @Test
  void listsFunctionsInPages() {
    LambdaClient client = test.client(LambdaClient.builder());

    var first = client.listFunctions(r -> r.maxItems(3));
    assertEquals(3, first.functions().size());
    assertEquals(
        "large",
        client
            .listFunctions(r -> r.marker(first.nextMarker()))
            .functions()
            .getFirst()
            .functionName());
    assertEquals(
        List.of("crypto-robot-ReportOutcome", "echo", "fail", "large"),
        client.listFunctionsPaginator(r -> r.maxItems(2)).functions().stream()
            .map(FunctionConfiguration::functionName)
            .toList());
    var error = assertThrows(LambdaException.class, () -> client.listFunctions(r -> r.maxItems(0)));
    assertEquals("ValidationException", error.awsErrorDetails().errorCode());
  }

  @Test
  void listsTheTopic() {
    assertEquals(
        List.of("arn:aws:sns:eu-west-1:000000000000:crypto-robot-reports"),
        test.client(SnsClient.builder()).listTopicsPaginator().topics().stream()
            .map(Topic::topicArn)
            .toList());
  }

  @Test
  void refusesUnsignedRequestsInEveryProtocol() {
    for (var response :
        List.of(
            test.http("", "POST", INVOKE.formatted("echo"), "{}"),
            test.http("", "POST", "/", "Action=DescribeInstances&Version=2016-11-15"),
            test.http("", "POST", "/", "{}", "X-Amz-Target", "AmazonSSM.ListCommands"))) {
      assertEquals(403, response.statusCode());
      String type = response.headers().firstValue("x-amzn-ErrorType").orElseThrow();
      assertTrue(type.matches("MissingAuthenticationToken(Exception)?"), type);
    }
  }

  @Test
  void attributesEveryCallToItsAccessKeyInTheLog() {
    test.http("sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
    String key = test.keys.operator().accessKeyId();
    assertTrue(test.logged().contains(key + " sts:GetCallerIdentity 200"), test.logged());
  }

  @Test
  void identifiesTheCaller() {
    var response = test.http("sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
    assertTrue(response.body().contains("<Account>000000000000</Account>"), response.body());
    var instance =
        test.http(
            test.keys.issue("ASIAINSTANCE", IssuedKeys.WITH_THE_CLOUD),
            Instant.now(),
            "sts",
            "POST",
            "/",
            "Action=GetCallerIdentity&Version=2011-06-15");
    assertTrue(
        instance.body().contains(":assumed-role/crypto-robot-instance/i-1<"), instance.body());
  }

  @Test
  void storesPublishedMessagesAndShowsThemInTheLogs() throws Exception {
    SnsClient client = test.client(SnsClient.builder());
    String message = "{\"environment\":\"a.local\",\"outcome\":\"RolledBack\"}";
    client.publish(
        r ->
            r.topicArn("arn:aws:sns:eu-west-1:000000000000:crypto-robot-reports")
                .subject("a.local: RolledBack")
                .message(message));
    assertThrows(
        NotFoundException.class,
        () -> client.publish(r -> r.topicArn("arn:aws:sns:eu-west-1:000000000000:x").message("m")));

    JsonNode entries = json("GET", "/_local/logs?environment=a.local", "").path("entries");
    assertEquals(1, entries.size());
    assertEquals("a.local: RolledBack", entries.get(0).path("text").asText());
    assertEquals("RolledBack", entries.get(0).path("message").path("outcome").asText());
    assertEquals(0, json("GET", "/_local/logs?environment=b", "").path("entries").size());
  }

  @Test
  void givesPeopleAndProgramsTheirOwnPartOfAMessage() throws Exception {
    SnsClient client = test.client(SnsClient.builder());
    String topic = "arn:aws:sns:eu-west-1:000000000000:crypto-robot-reports";
    client.publish(
        r ->
            r.topicArn(topic)
                .subject("a: Deployed")
                .messageStructure("json")
                .message("{\"default\":\"words\",\"sqs\":\"{\\\"environment\\\":\\\"a\\\"}\"}"));
    assertThrows(
        InvalidParameterException.class,
        () -> client.publish(r -> r.topicArn(topic).messageStructure("json").message("{}")));

    JsonNode entries = json("GET", "/_local/logs?environment=a", "").path("entries");
    assertEquals("a: Deployed", entries.get(0).path("text").asText());
    assertEquals("a", entries.get(0).path("message").path("environment").asText());
  }

  private JsonNode json(String method, String path, String body) throws Exception {
    var response = test.http("", method, path, body);
    assertEquals(200, response.statusCode(), response.body());
    return AwsJson.parse(response.body());
  }

  @Test
  void createsAndRemovesEnvironments() throws Exception {
    assertEquals("ready", json("GET", "/_local/health", "").path("status").asText());
    JsonNode made = json("PUT", "/_local/environments/crypto-robot.local", "");
    assertEquals("pending", made.path("state").asText());
    assertFalse(made.path("agent_online").asBoolean());
    assertEquals(
        made.path("instance_id"),
        json("PUT", "/_local/environments/crypto-robot.local", "").path("instance_id"));
    assertEquals(1, json("GET", "/_local/machines", "").size());
    assertEquals(Set.of("crypto-robot.local"), test.stacks.environments);
    json("DELETE", "/_local/environments/crypto-robot.local", "");
    assertEquals(Set.of(), test.stacks.environments);
    assertEquals(0, json("GET", "/_local/machines", "").size());
    var gone = test.http("", "DELETE", "/_local/environments/crypto-robot.local", "");
    assertEquals(404, gone.statusCode());
    assertTrue(gone.body().contains("crypto-robot.local"), gone.body());
  }

  @Test
  void refusesAnEnvironmentWhoseResourcesWouldHaveTheNamesOfAnother() throws Exception {
    json("PUT", "/_local/environments/a.b", "");
    var taken = test.http("", "PUT", "/_local/environments/a-b", "");
    assertEquals(409, taken.statusCode());
    assertTrue(taken.body().contains("a-b and a.b differ only by punctuation"), taken.body());
    assertEquals(Set.of("a.b"), test.stacks.environments);
    assertEquals(1, json("GET", "/_local/machines", "").size());
  }

  @Test
  void servesARepository() throws Exception {
    assertEquals(
        "https://git.test/robot",
        json("PUT", "/_local/repositories/robot", "{\"path\":\"/srv/robot\"}")
            .path("url")
            .asText());
    assertEquals(
        400, test.http("", "PUT", "/_local/repositories/robot", "{\"path\":\"x\"}").statusCode());
  }

  @Test
  void issuesACertificate() throws Exception {
    String wanted = "{\"hostname\": \"a.local\", \"address\": \"10.213.0.2\"}";
    assertEquals(
        "a.local at 10.213.0.2",
        json("POST", "/_local/certificates", wanted).path("cert").asText());
    assertEquals(400, test.http("", "POST", "/_local/certificates", "{}").statusCode());
  }

  @Test
  void powersTheInstancesOffBeforeItEnds() throws Exception {
    String id = test.fleet.create("a").instanceId();
    test.fleet.set(id, MachineState.STOPPED, Optional.empty());
    json("POST", "/_local/shutdown", "");
    assertEquals("stopped", test.stopped.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void refusesUnknownServicesAndOperations() {
    var service =
        test.http("dynamodb", "POST", "/", "{}", "X-Amz-Target", "DynamoDB_20120810.Scan");
    assertEquals(400, service.statusCode());
    assertTrue(service.body().contains("DynamoDB_20120810.Scan"), service.body());
    var query = test.http("iam", "POST", "/", "Action=ListRoles&Version=2010-05-08");
    assertTrue(query.body().contains("<Code>InvalidAction</Code>"), query.body());
    assertEquals(404, test.http("s3", "GET", "/bucket", "").statusCode());
  }
}
