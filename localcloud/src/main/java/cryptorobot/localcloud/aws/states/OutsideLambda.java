package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.Incoming;
import cryptorobot.localcloud.aws.protocol.SigV4;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A Lambda elsewhere, named by {@code AWS_ENDPOINT_URL_LAMBDA}: an emulator, since the requests are
 * signed with a key of the local cloud's.
 */
public final class OutsideLambda implements LambdaPort {
  private final URI endpoint;
  private final String region;
  private final IssuedKeys.Key key;
  private final InstantSource clock;
  private final HttpClient client;

  public OutsideLambda(URI endpoint, Account account, IssuedKeys.Key key, InstantSource clock) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
    this.region = account.region();
    this.key = key;
    this.clock = clock;
    this.client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  }

  @Override
  public Answered invoke(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    String name = URLEncoder.encode(functionName, StandardCharsets.UTF_8);
    URI uri = endpoint.resolve("/2015-03-31/functions/" + name + "/invocations");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("X-Amz-Invocation-Type", "RequestResponse")
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(16))
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload));
    SigV4.sign(
            new Incoming(
                "POST",
                uri,
                Map.of(
                    "host", uri.getAuthority(),
                    "x-amz-invocation-type", "RequestResponse",
                    "content-type", "application/json"),
                payload,
                true),
            key.accessKeyId(),
            key.secretAccessKey(),
            Optional.of(key.token()),
            region,
            "lambda",
            clock.instant())
        .forEach(request::header);
    HttpResponse<byte[]> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
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
