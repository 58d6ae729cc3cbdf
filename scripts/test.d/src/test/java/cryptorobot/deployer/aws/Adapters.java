package cryptorobot.deployer.aws;

import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.Notifier;
import cryptorobot.deployer.ports.Secrets;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The adapters as {@code fromEnvironment} makes them, but for an endpoint and credentials that the
 * test chooses.
 */
public final class Adapters {
  private final AwsClients clients;

  public Adapters(URI endpoint, String region, AwsCredentials credentials) {
    clients =
        new AwsClients(
            Map.of("AWS_ENDPOINT_URL", endpoint.toString(), "AWS_REGION", region),
            StaticCredentialsProvider.create(credentials));
  }

  public Instances instances() {
    return new Ec2Instances(
        clients.retrying(Ec2Client.builder(), "EC2"),
        clients.retrying(SsmClient.builder(), "SSM"),
        "crypto-robot");
  }

  public HostCommands hostCommands() {
    return new SsmHostCommands(clients.once(SsmClient.builder(), "SSM"));
  }

  public Secrets secrets() {
    return new SecretsManagerSecrets(
        clients.retrying(SecretsManagerClient.builder(), "SECRETS_MANAGER"));
  }

  public Executions executions() {
    return new SfnExecutions(clients.retrying(SfnClient.builder(), "SFN"));
  }

  public Notifier notices(String topicArn) {
    return new SnsNotifier(clients.retrying(SnsClient.builder(), "SNS"), topicArn);
  }

  /** A client of the same configuration, for what a test prepares. */
  public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return clients.retrying(builder, "");
  }
}
