package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Invokes one function as a Lambda client does; a whole SDK module for one call would be a lot. */
record FunctionCall(AwsAccess access) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What came back.
   *
   * @param failed whether the function itself failed; the body then says how
   */
  record Answer(boolean failed, JsonNode body) {}

  Answer invoke(String function, JsonNode payload) {
    URI uri = access.endpoint().resolve("/2015-03-31/functions/" + function + "/invocations");
    var body = ContentStreamProvider.fromUtf8String(payload.toString());
    SignedRequest signed = signed(uri, body);
    var request =
        HttpExecuteRequest.builder()
            .request(signed.request())
            .contentStreamProvider(signed.payload().orElse(body))
            .build();
    try (SdkHttpClient client = UrlConnectionHttpClient.create()) {
      HttpExecuteResponse response = client.prepareRequest(request).call();
      var http = response.httpResponse();
      JsonNode answer = JSON.readTree(response.responseBody().orElseThrow());
      if (!http.isSuccessful()) {
        throw new CommandFailure(
            ExitCode.FAILED,
            function + " could not be invoked: " + answer.path("Message").asText());
      }
      return new Answer(http.firstMatchingHeader("X-Amz-Function-Error").isPresent(), answer);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, function + " could not be invoked: " + e.getMessage());
    }
  }

  private SignedRequest signed(URI uri, ContentStreamProvider body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(uri)
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", "application/json")
            .build();
    return AwsV4HttpSigner.create()
        .sign(
            signing ->
                signing
                    .identity(access.operator())
                    .request(request)
                    .payload(body)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, access.region()));
  }
}
