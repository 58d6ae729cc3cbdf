package cryptorobot.localcloud.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.SigV4Signer;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** Authentication of callers, with AWS's own tools and with hand-made requests. */
final class SignaturesTest {
  private static final String INVOKE =
      "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aecho/invocations";

  private static final String[] LIST = {"X-Amz-Target", "secretsmanager.ListSecrets"};

  @TempDir Path state;
  private TestCloud test;
  private IssuedKeys.Key operator;

  @BeforeEach
  void start() throws Exception {
    test =
        new TestCloud(
            state, new ManualClock(), Map.of(), Map.of("echo", InvocationResult.Returned::new));
    operator = test.keys.operator();
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @Test
  void theOperatorsKeysAreCreatedOnceAndReadableByRootOnly() throws Exception {
    Path file = state.resolve("credentials");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String text = Files.readString(file);
    assertTrue(text.contains("aws_access_key_id = " + operator.accessKeyId()), "not AWS's format");
    assertEquals(
        operator.secretAccessKey(),
        IssuedKeys.in(state, new SecureRandom()).operator().secretAccessKey());
    assertEquals(text, Files.readString(file));
    assertFalse(operator.toString().contains(operator.secretAccessKey()), "printed");
    Files.writeString(file, "[default]\naws_access_key_id = x\n");
    assertThrows(IOException.class, () -> IssuedKeys.in(state, new SecureRandom()));
  }

  @Test
  void acceptsTheSdk() {
    SecretsManagerClient client = test.client(SecretsManagerClient.builder());
    assertThrows(
        ResourceNotFoundException.class, () -> client.getSecretValue(r -> r.secretId("none")));
  }

  @Test
  void acceptsTheCommandLineInEveryProtocol() throws Exception {
    assertEquals(
        "000000000000", aws(operator, true, "sts", "get-caller-identity", "--query", "Account"));
    assertEquals(
        "[]",
        aws(
            operator,
            true,
            "ec2",
            "describe-instances",
            "--filters",
            "Name=tag:a b,Values=c/d+e",
            "--query",
            "Reservations",
            "--output",
            "json"));
    assertTrue(
        aws(operator, false, "secretsmanager", "get-secret-value", "--secret-id", "x")
            .contains("ResourceNotFoundException"));
    // Versions 1 and 2 of the command line both read a payload from a file.
    Path payload = Files.writeString(state.resolve("payload"), "{\"a\": \"ü\"}");
    Path response = state.resolve("answer");
    aws(
        operator,
        true,
        "lambda",
        "invoke",
        "--function-name",
        "arn:aws:lambda:eu-west-1:000000000000:function:echo",
        "--payload",
        "fileb://" + payload,
        response.toString());
    assertEquals("{\"a\": \"ü\"}", Files.readString(response));
  }

  @Test
  void anUnknownKeyOrAWrongSecretIsRefusedWithTheErrorOfEachService() throws Exception {
    var unknown = key("AKIAMADEUPMADEUPMADE", operator.secretAccessKey(), "");
    var wrong = key(operator.accessKeyId(), "wrong".repeat(8), "");
    assertEquals("403 InvalidClientTokenId", refusal(unknown, "sts"));
    assertEquals("403 SignatureDoesNotMatch", refusal(wrong, "sts"));
    assertEquals("401 AuthFailure", refusal(unknown, "ec2"));
    assertEquals("403 SignatureDoesNotMatch", refusal(wrong, "ec2"));
    assertEquals("400 UnrecognizedClientException", refusal(unknown, "secretsmanager"));
    assertEquals("400 InvalidSignatureException", refusal(wrong, "secretsmanager"));
    assertEquals("403 UnrecognizedClientException", refusal(unknown, "lambda"));
    assertEquals("403 InvalidSignatureException", refusal(wrong, "lambda"));
    assertTrue(test.logged().contains("- ec2:DescribeInstances 401 AuthFailure"), test.logged());
    String output = aws(wrong, false, "secretsmanager", "list-secrets");
    assertTrue(output.contains("(InvalidSignatureException)"), output);
  }

  @Test
  void acceptsAndRefusesBoto3LikeTheSdk() throws Exception {
    String program =
        """
        import boto3, botocore, sys
        make = lambda name: boto3.client(name, endpoint_url=sys.argv[1], region_name="eu-west-1")
        try:
            print(make("sts").get_caller_identity()["Account"])
            print(len(make("ec2").describe_instances(Filters=[{"Name": "tag:ä", "Values": ["*"]}])["Reservations"]))
            print(make("lambda").invoke(FunctionName="echo", Payload=b'[1, 2]')["Payload"].read().decode())
            print(make("secretsmanager").create_secret(Name="n", SecretString="ß")["Name"])
        except botocore.exceptions.ClientError as error:
            print(error.response["Error"]["Code"])
        """;
    List<String> command = List.of("/usr/bin/python3", "-c", program, test.endpoint.toString());
    assertEquals("000000000000\n0\n[1, 2]\nn", run(operator, true, command));
    assertEquals(
        "SignatureDoesNotMatch",
        run(key(operator.accessKeyId(), "wrong".repeat(8), ""), true, command));
  }

  @Test
  void aSessionHasItsOwnSecretAndTokenForItsTime() throws Exception {
    Instant end = Instant.now().plusSeconds(600);
    var session = test.keys.issue("ASIAINSTANCE", end);
    String caller = aws(session, true, "sts", "get-caller-identity", "--query", "Arn");
    assertEquals("arn:aws:sts::000000000000:assumed-role/crypto-robot-instance/i-1", caller);

    String invalid = "403 InvalidClientTokenId";
    var other = test.keys.issue("ASIAOTHER", end);
    assertEquals(invalid, refusal(key("ASIAINSTANCE", session.secretAccessKey(), ""), "sts"));
    assertEquals(
        invalid, refusal(key("ASIAINSTANCE", other.secretAccessKey(), other.token()), "sts"));
    assertEquals(invalid, refusal(key("ASIAINSTANCE", "local", "local"), "sts"));
    assertEquals(
        invalid,
        refusal(key(operator.accessKeyId(), operator.secretAccessKey(), session.token()), "sts"));
    assertEquals(
        "403 SignatureDoesNotMatch",
        refusal(key("ASIAINSTANCE", operator.secretAccessKey(), session.token()), "sts"));

    var past = test.keys.issue("ASIAINSTANCE", Instant.now().minusSeconds(1));
    assertEquals("403 ExpiredToken", refusal(past, "sts"));
    assertEquals("400 ExpiredTokenException", refusal(past, "secretsmanager"));
  }

  @Test
  void aSessionOutlivesTheCloud() throws Exception {
    var session = test.keys.issue("ASIAINSTANCE", IssuedKeys.WITH_THE_CLOUD);
    IssuedKeys later = IssuedKeys.in(state, new SecureRandom());
    assertEquals(session, later.issue("ASIAINSTANCE", IssuedKeys.WITH_THE_CLOUD));
    IssuedKeys elsewhere = IssuedKeys.in(state.resolve("other"), new SecureRandom());
    assertTrue(elsewhere.find("ASIAINSTANCE", Optional.of(session.token())).isEmpty());
  }

  @Test
  void theOperatorAssumesARole() throws Exception {
    String[] words =
        aws(
                operator,
                true,
                "sts",
                "assume-role",
                "--role-arn",
                "arn:aws:iam::000000000000:role/robot",
                "--role-session-name",
                "me@home",
                "--query",
                "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]")
            .split("\\s+");
    assertEquals(
        "arn:aws:sts::000000000000:assumed-role/robot/me@home",
        aws(
            key(words[0], words[1], words[2]),
            true,
            "sts",
            "get-caller-identity",
            "--query",
            "Arn"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 310})
  void aSignatureIsValidForFiveMinutes(long seconds) {
    Instant time = Instant.now().plusSeconds(seconds);
    var json = sent(time, "secretsmanager", LIST[0], LIST[1]);
    assertEquals(400, json.statusCode());
    String message = seconds < 0 ? "Signature expired: " : "Signature not yet current: ";
    assertTrue(
        json.body()
            .startsWith("{\"__type\":\"InvalidSignatureException\",\"message\":\"" + message),
        json.body());
    var query =
        test.http(
            operator, time, "sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
    assertEquals(403, query.statusCode());
    assertTrue(
        query.body().contains("<Code>SignatureDoesNotMatch</Code><Message>" + message),
        query.body());
    assertEquals(
        200,
        sent(Instant.now().minus(Duration.ofMinutes(4)), "secretsmanager", LIST[0], LIST[1])
            .statusCode());
  }

  @Test
  void whatIsSignedCannotBeChanged() {
    var changed = new ArrayList<HttpResponse<String>>();
    // A target, a body and a path that the signature does not cover.
    changed.add(
        raw(
            "POST",
            "/",
            "{}",
            signed("/", "{}", Map.of("x-amz-target", LIST[1])),
            "x-amz-target",
            "secretsmanager.GetSecretValue"));
    changed.add(
        raw(
            "POST",
            "/",
            "{ }",
            signed("/", "{}", Map.of("x-amz-target", LIST[1])),
            "x-amz-target",
            LIST[1]));
    changed.add(raw("POST", "/", "{}", signed("/", "{}", Map.of()), "x-amz-target", LIST[1]));
    changed.add(raw("POST", INVOKE, "{}", signed("/", "{}", Map.of())));
    changed.forEach(
        response ->
            assertTrue(
                response.statusCode() >= 400 && response.body().contains("signature")
                    || response.body().contains("SignedHeader"),
                response.body()));
    assertEquals(
        200,
        raw(
                "POST",
                "/",
                "{}",
                signed("/", "{}", Map.of("x-amz-target", LIST[1])),
                "x-amz-target",
                LIST[1])
            .statusCode());
    assertEquals(200, raw("POST", INVOKE, "{}", signed(INVOKE, "{}", Map.of())).statusCode());
  }

  private HttpResponse<String> sent(Instant time, String service, String... headers) {
    return test.http(operator, time, service, "POST", "/", "{}", headers);
  }

  private Map<String, String> signed(String path, String body, Map<String, String> more) {
    var headers = new HashMap<>(more);
    headers.put("host", test.endpoint.getAuthority());
    return SigV4Signer.sign(
        new Request("POST", test.endpoint.resolve(path), headers, body.getBytes(UTF_8), true),
        operator.accessKeyId(),
        operator.secretAccessKey(),
        Optional.empty(),
        "eu-west-1",
        "lambda",
        Instant.now());
  }

  private HttpResponse<String> raw(
      String method, String path, String body, Map<String, String> signature, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    signature.forEach((name, value) -> all.addAll(List.of(name, value)));
    return test.http("", method, path, body, all.toArray(String[]::new));
  }

  private static IssuedKeys.Key key(String id, String secret, String token) {
    return new IssuedKeys.Key(id, secret, token, Instant.MAX);
  }

  /** Status and error code of the response to a call of a service. */
  private String refusal(IssuedKeys.Key key, String service) {
    Instant now = Instant.now();
    HttpResponse<String> response =
        switch (service) {
          case "sts" -> test.http(key, now, service, "POST", "/", "Action=GetCallerIdentity");
          case "ec2" -> test.http(key, now, service, "POST", "/", "Action=DescribeInstances");
          case "lambda" -> test.http(key, now, service, "GET", "/2015-03-31/functions", "");
          default -> test.http(key, now, service, "POST", "/", "{}", LIST[0], LIST[1]);
        };
    return response.statusCode()
        + " "
        + response.headers().firstValue("x-amzn-ErrorType").orElse("");
  }

  private String aws(IssuedKeys.Key key, boolean succeeds, String... words) throws Exception {
    var command = new ArrayList<>(List.of("aws", "--endpoint-url", test.endpoint.toString()));
    command.addAll(List.of("--region", "eu-west-1"));
    if (!List.of(words).contains("--output")) {
      command.addAll(List.of("--output", "text"));
    }
    command.addAll(List.of(words));
    return run(key, succeeds, command);
  }

  private static String run(IssuedKeys.Key key, boolean succeeds, List<String> command)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    environment.put("AWS_MAX_ATTEMPTS", "1");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("AWS_ACCESS_KEY_ID", key.accessKeyId());
    environment.put("AWS_SECRET_ACCESS_KEY", key.secretAccessKey());
    if (!key.token().isEmpty()) {
      environment.put("AWS_SESSION_TOKEN", key.token());
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertEquals(succeeds, process.waitFor() == 0, () -> command + ": " + output);
    return output;
  }
}
