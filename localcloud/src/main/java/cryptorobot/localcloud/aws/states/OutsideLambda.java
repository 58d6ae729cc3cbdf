package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.SigV4Signer;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Invokes functions at the endpoint in {@code AWS_ENDPOINT_URL_LAMBDA}. The endpoint must be an
 * emulator: requests are signed with a key that the local cloud issued.
 */
public final class OutsideLambda implements LambdaPort {
  private static final Map<String, String> HEADERS =
      Map.of(
          "x-amz-invocation-type", "RequestResponse",
          "content-type", "application/json");

  private final URI endpoint;
  private final String region;
  private final IssuedKeys.Key key;
  private final InstantSource clock;
  private final HttpClient client;

  /**
   * @param region the region in the scope of the signature
   * @param clock the time of the signature
   */
  public OutsideLambda(URI endpoint, String region, IssuedKeys.Key key, InstantSource clock) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
    this.region = Objects.requireNonNull(region, "region is null");
    this.key = Objects.requireNonNull(key, "key is null");
    this.clock = Objects.requireNonNull(clock, "clock is null");
    // Without this version, the client would send headers for an upgrade to HTTP/2.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  @Override
  public Result invoke(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    HttpResponse<byte[]> response = send(functionName, payload);
    if (response.statusCode() / 100 != 2) {
      throw new TaskFailure(
          "Lambda." + errorType(response), new String(response.body(), StandardCharsets.UTF_8));
    }
    return new Result(
        response.statusCode(),
        response.headers().firstValue("X-Amz-Executed-Version").orElse("$LATEST"),
        response.headers().firstValue("X-Amz-Function-Error"),
        response.body());
  }

  private HttpResponse<byte[]> send(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    try {
      return client.send(request(functionName, payload), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new TaskFailure("Lambda.SdkClientException", "Unable to reach " + endpoint + ": " + e);
    }
  }

  private HttpRequest request(String functionName, byte[] payload) {
    URI uri =
        endpoint.resolve(
            "/2015-03-31/functions/"
                + URLEncoder.encode(functionName, StandardCharsets.UTF_8)
                + "/invocations");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(16))
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload));
    HEADERS.forEach(request::header);
    Map<String, String> signed = new HashMap<>(HEADERS);
    signed.put("host", uri.getAuthority());
    SigV4Signer.sign(
            new Request("POST", uri, signed, payload, true),
            key.accessKeyId(),
            key.secretAccessKey(),
            Optional.of(key.token()),
            region,
            "lambda",
            clock.instant())
        .forEach(request::header);
    return request.build();
  }

  private static String errorType(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("x-amzn-ErrorType")
        .map(header -> header.split("[:#]")[0])
        .orElse(response.statusCode() < 500 ? "AWSLambdaException" : "ServiceException");
  }
}
