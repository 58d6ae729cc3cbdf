package cryptorobot.deployer.local.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/**
 * The local cloud as an AWS client without a library sees it: what is read here is all that is
 * there, nothing left out or redacted by a client.
 */
final class LocalAws {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String SIGNATURE =
      "AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/%s/aws4_request,"
          + " SignedHeaders=host, Signature=00";

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
    return Trial.parse(send(call("AmazonSSM." + operation, request)).body());
  }

  /** Everything that a listing call has, page after page. */
  static List<JsonNode> every(
      String target, ObjectNode request, String nextToken, String list, String pageSize, int size) {
    var all = new ArrayList<JsonNode>();
    ObjectNode asked = request.deepCopy().put(pageSize, size);
    while (true) {
      JsonNode page = answer(target, asked);
      page.path(list).forEach(all::add);
      if (!page.hasNonNull(nextToken) || page.path(nextToken).asText().isEmpty()) {
        return all;
      }
      asked.put(nextToken, page.path(nextToken).asText());
    }
  }

  /** Has EC2 start an instance, and nobody look at it. */
  static void startInstance(String id) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint(port()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", SIGNATURE.formatted("ec2"))
            .POST(
                BodyPublishers.ofString(
                    "Action=StartInstances&Version=2016-11-15&InstanceId.1=" + id))
            .build();
    HttpResponse<String> response = send(request);
    assertEquals(200, response.statusCode(), response::body);
  }

  /** The notices and executions the local cloud tells of an environment. */
  static JsonNode logs(String environment) {
    return control("GET", "logs?environment=" + environment, "");
  }

  /** The port of this run's own cloud. */
  static String port() {
    return System.getenv("LOCAL_PORT");
  }

  /** One of the private endpoints. */
  static JsonNode control(String method, String path, String body) {
    return controlOf(port(), method, path, body);
  }

  /** The same of a cloud at another port. */
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
    return Trial.parse(response.body());
  }

  private static HttpRequest call(String target, ObjectNode request) {
    return HttpRequest.newBuilder(endpoint(port()))
        .header("X-Amz-Target", target)
        .header("Content-Type", "application/x-amz-json-1.1")
        .header("Authorization", SIGNATURE.formatted("any"))
        .POST(BodyPublishers.ofString(request.toString()))
        .build();
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
