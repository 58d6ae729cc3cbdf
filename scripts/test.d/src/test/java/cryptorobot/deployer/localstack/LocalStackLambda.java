package cryptorobot.deployer.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.State;

/** Creates and invokes functions in LocalStack's Lambda. */
final class LocalStackLambda {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Waiting waiting = Waiting.real();
  private final LambdaClient lambda;

  /** What a function returned, or its error, and the end of its log. */
  record Result(Optional<String> error, JsonNode payload, String log) {}

  LocalStackLambda(URI endpoint) {
    lambda =
        new Adapters(endpoint, "us-east-1", AwsBasicCredentials.create("test", "test"))
            .client(LambdaClient.builder());
  }

  /** Creates a function, and returns when it can be invoked. */
  void create(
      String name, String handler, byte[] code, int timeout, Map<String, String> variables) {
    try {
      lambda.createFunction(
          create ->
              create
                  .functionName(name)
                  .handler(handler)
                  // LocalStack does not check it against the version of the JVM.
                  .runtime(Runtime.JAVA21)
                  .role("arn:aws:iam::000000000000:role/" + name)
                  .timeout(timeout)
                  .memorySize(512)
                  .code(zip -> zip.zipFile(SdkBytes.fromByteArrayUnsafe(code)))
                  .environment(environment -> environment.variables(variables)));
    } catch (ResourceConflictException e) {
      // The SDK sent the large request again, because LocalStack did not answer the first in time.
    }
    while (state(name) == State.PENDING) {
      waiting.pause(Duration.ofMillis(100));
    }
    if (state(name) != State.ACTIVE) {
      throw new AssertionError(name + " is " + state(name));
    }
  }

  private State state(String name) {
    return lambda.getFunctionConfiguration(get -> get.functionName(name)).state();
  }

  Result invoke(String name, String payload) throws IOException {
    InvokeResponse response =
        lambda.invoke(
            invoke ->
                invoke
                    .functionName(name)
                    .payload(SdkBytes.fromUtf8String(payload))
                    .logType(LogType.TAIL));
    return new Result(
        Optional.ofNullable(response.functionError()),
        JSON.readTree(response.payload().asUtf8String()),
        new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8));
  }
}
