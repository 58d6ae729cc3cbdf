package cryptorobot.localcloud.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import cryptorobot.localcloud.Cloud;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.states.OutsideLambda;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** State machines whose functions run in another Lambda, which is an HTTP server of this test. */
final class OutsideLambdaTest {
  private static final String TASK =
      """
      {"QueryLanguage": "JSONata", "StartAt": "Greet", "States": {
        "Greet": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
          "Arguments": {"FunctionName": "%s", "Payload": {"name": "Ada"}}, "End": true}}}
      """;

  /** A request that the other Lambda received. */
  private record Received(String path, String type, String authorization, String body) {}

  @TempDir Path state;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private HttpServer other;
  private TestCloud test;
  private SfnClient client;

  @BeforeEach
  void start() throws IOException {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext("/", this::respond);
    other.start();
    URI endpoint = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
    test =
        new TestCloud(
            state,
            new ManualClock(),
            Map.of(),
            Map.of(),
            Optional.of(
                keys ->
                    new OutsideLambda(
                        endpoint,
                        "eu-west-1",
                        keys.issue("ASIASTATES", IssuedKeys.WITH_THE_CLOUD),
                        Instant::now)));
    client = test.client(SfnClient.builder());
  }

  @AfterEach
  void stop() {
    test.close();
    other.stop(0);
  }

  private void respond(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (!path.contains(Cloud.REPORTER)) {
      String type = exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type");
      received.add(new Received(path, type, authorization, body));
    }
    String name = path.replaceAll(".*/functions/(.*)/invocations", "$1");
    int status = 200;
    String response = "{}";
    switch (name) {
      case "greet" -> {
        exchange.getResponseHeaders().set("X-Amz-Executed-Version", "7");
        response = "\"hello\"";
      }
      case "fail" -> {
        exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
        response = "{\"errorType\": \"a.Nameless\", \"errorMessage\": \"no name\"}";
      }
      case "busy" -> {
        exchange
            .getResponseHeaders()
            .set("x-amzn-ErrorType", "TooManyRequestsException:http://internal.amazon.com/");
        status = 429;
        response = "{\"Message\": \"Rate exceeded\"}";
      }
      case "broken" -> status = 503;
      default -> {}
    }
    exchange.sendResponseHeaders(status, response.length());
    exchange.getResponseBody().write(response.getBytes(UTF_8));
    exchange.close();
  }

  private DescribeExecutionResponse run(String function) {
    String machine =
        client
            .createStateMachine(
                r ->
                    r.name(function)
                        .definition(TASK.formatted(function))
                        .roleArn("arn:aws:iam::000000000000:role/test"))
            .stateMachineArn();
    String execution = client.startExecution(r -> r.stateMachineArn(machine)).executionArn();
    while (true) {
      var description = client.describeExecution(r -> r.executionArn(execution));
      if (description.status() != ExecutionStatus.RUNNING) {
        return description;
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void theResultOfATaskIsTheResponseOfTheOtherLambda() throws Exception {
    var description = run("greet");
    assertEquals(ExecutionStatus.SUCCEEDED, description.status(), description::cause);
    assertEquals(
        "{\"ExecutedVersion\":\"7\",\"Payload\":\"hello\",\"StatusCode\":200}",
        description.output());

    Received request = received.take();
    assertEquals("/2015-03-31/functions/greet/invocations", request.path());
    assertEquals("RequestResponse", request.type());
    assertEquals("{\"name\":\"Ada\"}", request.body());
    assertTrue(
        request
            .authorization()
            .matches(
                "AWS4-HMAC-SHA256 Credential=ASIASTATES/\\d{8}/eu-west-1/lambda/aws4_request.*"),
        request::authorization);
  }

  @Test
  void signsItsRequests() throws Exception {
    Path folder = Files.createDirectory(state.resolve("other"));
    Files.copy(state.resolve(IssuedKeys.FILE), folder.resolve(IssuedKeys.FILE));
    try (TestCloud verifies =
        new TestCloud(
            folder, new ManualClock(), Map.of(), Map.of("echo", InvocationResult.Returned::new))) {
      var lambda =
          new OutsideLambda(
              verifies.endpoint,
              "eu-west-1",
              test.keys.issue("ASIASTATES", IssuedKeys.WITH_THE_CLOUD),
              Instant::now);
      var result =
          lambda.invoke(
              "arn:aws:lambda:eu-west-1:000000000000:function:echo", "{\"a\":1}".getBytes(UTF_8));
      assertEquals("{\"a\":1}", new String(result.payload(), UTF_8));
      assertEquals(Optional.empty(), result.functionError());
    }
  }

  @Test
  void anErrorOfTheFunctionFailsTheTask() {
    var description = run("fail");
    assertEquals(ExecutionStatus.FAILED, description.status());
    assertEquals("a.Nameless", description.error());
    assertTrue(description.cause().contains("no name"), description::cause);
  }

  @Test
  void anErrorOfTheOtherLambdaFailsTheTask() {
    var busy = run("busy");
    assertEquals("Lambda.TooManyRequestsException", busy.error());
    assertTrue(busy.cause().contains("Rate exceeded"), busy::cause);
    assertEquals("Lambda.ServiceException", run("broken").error());
  }

  @Test
  void anEndpointThatDoesNotRespondFailsTheTask() {
    other.stop(0);
    var description = run("greet");
    assertEquals("Lambda.SdkClientException", description.error());
    assertTrue(
        description.cause().contains("Unable to reach http://127.0.0.1:"), description::cause);
  }
}
