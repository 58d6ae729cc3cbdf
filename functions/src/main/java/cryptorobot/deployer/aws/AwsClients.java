package cryptorobot.deployer.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * Configures SDK clients for a quick start: with the JDK's HTTP client, and without looking up what
 * the environment variables already contain.
 *
 * <p>Read from the environment: {@code AWS_REGION} (or {@code AWS_DEFAULT_REGION}; one is
 * required), {@code AWS_ENDPOINT_URL_<SERVICE>}, which overrides {@code AWS_ENDPOINT_URL}, and the
 * credentials. If there are none, the SDK's default chain provides them.
 */
final class AwsClients {

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration TOTAL = Duration.ofSeconds(25);

  private final Map<String, String> environment;
  private final AwsCredentialsProvider credentials;

  AwsClients(Map<String, String> environment) {
    this(environment, credentials(environment));
  }

  AwsClients(Map<String, String> environment, AwsCredentialsProvider credentials) {
    this.environment = Map.copyOf(environment);
    this.credentials = credentials;
  }

  /** A client that retries a failed call as AWS's standard mode does. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C retrying(
      B builder, String service) {
    return client(builder, service, AwsRetryStrategy.standardRetryStrategy());
  }

  /** A client that never retries, for actions that must not happen twice unnoticed. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C once(
      B builder, String service) {
    return client(builder, service, AwsRetryStrategy.doNotRetry());
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String service, RetryStrategy retries) {
    String endpoint = setting("AWS_ENDPOINT_URL_" + service, setting("AWS_ENDPOINT_URL", ""));
    if (!endpoint.isEmpty()) {
      builder.endpointOverride(URI.create(endpoint));
    }
    return builder
        .region(region())
        .credentialsProvider(credentials)
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ANSWER))
        .overrideConfiguration(override -> override.retryStrategy(retries).apiCallTimeout(TOTAL))
        .build();
  }

  private Region region() {
    String region = setting("AWS_REGION", setting("AWS_DEFAULT_REGION", ""));
    if (region.isEmpty()) {
      throw new IllegalStateException("neither AWS_REGION nor AWS_DEFAULT_REGION is set");
    }
    return Region.of(region);
  }

  /** Lambda sets these three variables once for the life of an execution environment. */
  private static AwsCredentialsProvider credentials(Map<String, String> environment) {
    String id = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    String session = environment.getOrDefault("AWS_SESSION_TOKEN", "");
    if (id.isEmpty() || secret.isEmpty()) {
      return DefaultCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        session.isEmpty()
            ? AwsBasicCredentials.create(id, secret)
            : AwsSessionCredentials.create(id, secret, session));
  }

  private String setting(String name, String fallback) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? fallback : value;
  }
}
