package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.SigV4Signer;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The local cloud as a client without an AWS library reads it: nothing is left out or redacted by a
 * client.
 */
final class LocalAws {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private LocalAws() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static JsonNode states(String operation, ObjectNode request) {
    return answer("AWSStepFunctions." + operation, request);
  }

  static JsonNode ssm(String operation, ObjectNode request) {
    return answer("AmazonSSM." + operation, request);
  }

  /** A Systems Manager call of which a refusal is an answer, too: it has a {@code __type}. */
  static JsonNode ssmOrRefusal(String operation, ObjectNode request) {
    return TestEnvironment.parse(send(call("AmazonSSM." + operation, request)).body());
  }

  /** All items of a listing call, page by page. */
  static List<JsonNode> every(
      String target, ObjectNode request, String nextToken, String list, String pageSize, int size) {
    var all = new ArrayList<JsonNode>();
    ObjectNode paged = request.deepCopy().put(pageSize, size);
    while (true) {
      JsonNode page = answer(target, paged);
      page.path(list).forEach(all::add);
      if (!page.hasNonNull(nextToken) || page.path(nextToken).asText().isEmpty()) {
        return all;
      }
      paged.put(nextToken, page.path(nextToken).asText());
    }
  }

  /** Starts an instance through EC2, without the deployer. */
  static void startInstance(String id) {
    query("ec2", "Action=StartInstances&Version=2016-11-15&InstanceId.1=" + id);
  }

  /** The environment variables with which AWS tools use this local cloud, as its operator. */
  static Map<String, String> variables() {
    IssuedKeys.Key operator = operator();
    return Map.of(
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:" + port(),
        "AWS_REGION",
        "eu-west-1",
        "AWS_ACCESS_KEY_ID",
        operator.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY",
        operator.secretAccessKey(),
        "AWS_CONFIG_FILE",
        "/dev/null");
  }

  /** The same, with a role of the stack. */
  static Map<String, String> variables(String role) {
    String answer =
        query(
            "sts",
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/"
                + role
                + "&RoleSessionName="
                + role);
    var variables = new HashMap<>(variables());
    variables.put("AWS_ACCESS_KEY_ID", element(answer, "AccessKeyId"));
    variables.put("AWS_SECRET_ACCESS_KEY", element(answer, "SecretAccessKey"));
    variables.put("AWS_SESSION_TOKEN", element(answer, "SessionToken"));
    return variables;
  }

  private static String element(String xml, String name) {
    String begin = "<" + name + ">";
    int at = xml.indexOf(begin) + begin.length();
    return xml.substring(at, xml.indexOf("</" + name + ">", at));
  }

  /** The XML that a service of the AWS Query protocol answers. */
  private static String query(String service, String form) {
    HttpResponse<String> response =
        send(signed(service, form, Map.of("content-type", "application/x-www-form-urlencoded")));
    assertEquals(200, response.statusCode(), response::body);
    return response.body();
  }

  /** The notices and executions of an environment, as the local cloud lists them. */
  static JsonNode logs(String environment) {
    return control("GET", "logs?environment=" + environment, "");
  }

  /** The port of the local cloud of this run. */
  static String port() {
    return System.getenv("LOCAL_PORT");
  }

  /** A call of a private endpoint. */
  static JsonNode control(String method, String path, String body) {
    return controlOf(port(), method, path, body);
  }

  /** As {@link #control}, at another port. */
  static JsonNode controlOf(String port, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint(port).resolve("/_local/" + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return accepted(path, send(request));
  }

  private static JsonNode answer(String target, ObjectNode request) {
    return accepted(target, send(call(target, request)));
  }

  private static JsonNode accepted(String what, HttpResponse<String> response) {
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(what + ": " + response.statusCode() + " " + response.body());
    }
    return TestEnvironment.parse(response.body());
  }

  private static HttpRequest call(String target, ObjectNode request) {
    return signed(
        target.startsWith("AmazonSSM.") ? "ssm" : "states",
        request.toString(),
        Map.of("x-amz-target", target, "content-type", "application/x-amz-json-1.1"));
  }

  private static HttpRequest signed(String service, String body, Map<String, String> headers) {
    URI uri = endpoint(port());
    var all = new HashMap<>(headers);
    all.put("host", uri.getAuthority());
    IssuedKeys.Key operator = operator();
    var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    SigV4Signer.sign(
            new Request("POST", uri, all, body.getBytes(StandardCharsets.UTF_8), true),
            operator.accessKeyId(),
            operator.secretAccessKey(),
            Optional.empty(),
            "eu-west-1",
            service,
            Instant.now())
        .forEach(request::header);
    return request.build();
  }

  private static IssuedKeys.Key operator() {
    try {
      return IssuedKeys.in(LocalCommand.state(), new SecureRandom()).operator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static URI endpoint(String port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }
}
