package cryptorobot.deployer.local.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;

/**
 * How this program reaches the local cloud as an AWS client; never a person's own account.
 *
 * @param credentials the operator's, in the file that the local cloud made for them
 */
record AwsAccess(URI endpoint, String region, Path credentials) {

  static AwsAccess of(Settings settings) {
    return new AwsAccess(
        settings.endpoint(), settings.region(), settings.state().resolve("credentials"));
  }

  <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(region))
        .credentialsProvider(StaticCredentialsProvider.create(operator()))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  /** The operator's keys. */
  AwsCredentials operator() {
    if (!Files.exists(credentials)) {
      throw new CommandFailure(
          ExitCode.FAILED, credentials + " is missing; './scripts/local up' makes it");
    }
    ProfileFile file =
        ProfileFile.builder().content(credentials).type(ProfileFile.Type.CREDENTIALS).build();
    return ProfileCredentialsProvider.builder()
        .profileFile(file)
        .profileName("default")
        .build()
        .resolveCredentials();
  }
}
