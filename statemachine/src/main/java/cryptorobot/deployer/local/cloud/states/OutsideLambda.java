package cryptorobot.deployer.local.cloud.states;

import cryptorobot.deployer.engine.TaskFailure;
import cryptorobot.deployer.local.cloud.Account;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * A Lambda elsewhere, named by {@code AWS_ENDPOINT_URL_LAMBDA}. The requests are attributed to an
 * access key but not truly signed, so this is for emulators.
 */
public final class OutsideLambda implements LambdaPort {
  private final URI endpoint;
  private final String authorization;
  private final HttpClient client;

  public OutsideLambda(URI endpoint, Account account, String accessKeyId) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
    this.authorization =
        "AWS4-HMAC-SHA256 Credential=%s/20260101/%s/lambda/aws4_request, SignedHeaders=host, Signature=%064d"
            .formatted(accessKeyId, account.region(), 0);
    this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  }

  @Override
  public Answered invoke(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    String name = URLEncoder.encode(functionName, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/2015-03-31/functions/" + name + "/invocations"))
            .header("Authorization", authorization)
            .header("X-Amz-Invocation-Type", "RequestResponse")
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(16))
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
            .build();
    HttpResponse<byte[]> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new TaskFailure("Lambda.SdkClientException", "Unable to reach " + endpoint + ": " + e);
    }
    if (response.statusCode() / 100 != 2) {
      String type =
          response
              .headers()
              .firstValue("x-amzn-ErrorType")
              .map(header -> header.split("[:#]")[0])
              .orElse(response.statusCode() < 500 ? "AWSLambdaException" : "ServiceException");
      throw new TaskFailure("Lambda." + type, new String(response.body(), StandardCharsets.UTF_8));
    }
    return new Answered(
        response.statusCode(),
        response.headers().firstValue("X-Amz-Executed-Version").orElse("$LATEST"),
        response.headers().firstValue("X-Amz-Function-Error"),
        response.body());
  }
}
