package cryptorobot.deployer.contract;

import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.deployer.ports.PowerState;
import cryptorobot.deployer.ports.Waiting;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.DocumentAlreadyExistsException;
import software.amazon.awssdk.services.ssm.model.DocumentFormat;
import software.amazon.awssdk.services.ssm.model.DocumentType;

/**
 * A cloud behind a URL, prepared by the calls that would prepare AWS itself. For emulators: they
 * take any image, account 000000000000 and the keys {@code test}.
 */
final class EndpointTarget implements Target {
  private static final String ACCOUNT = "000000000000";

  /** An emulator starts no machine from it; AWS itself would refuse it. */
  private static final String IMAGE = "ami-12345678";

  private final String name;
  private final URI endpoint;
  private final String region;
  private final Set<Ability> lacks;
  private final Waiting waiting = Waiting.real();

  /**
   * @param name its name in a report
   * @param lacks what it does not support, besides what no emulator supports
   */
  EndpointTarget(String name, URI endpoint, String region, Set<Ability> lacks) {
    this.name = name;
    this.endpoint = endpoint;
    this.region = region;
    this.lacks =
        EnumSet.of(
            Ability.HALTS_BETWEEN_STATES,
            Ability.SILENCES_AGENTS,
            Ability.DENIES,
            Ability.THROTTLES,
            Ability.SHOWS_NOTICES);
    this.lacks.addAll(lacks);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Ability> lacks() {
    return Set.copyOf(lacks);
  }

  @Override
  public Adapters adapters(Principal principal) {
    return switch (principal) {
      case OPERATOR -> new Adapters(endpoint, region, AwsBasicCredentials.create("test", "test"));
      case UNPRIVILEGED, THROTTLED ->
          throw new IllegalStateException(name() + " knows no " + principal);
    };
  }

  @Override
  public Preparation prepare() {
    return new Preparation(adapters(Principal.OPERATOR), ACCOUNT);
  }

  @Override
  public String instance(String environment) {
    String id =
        client(Ec2Client.builder())
            .runInstances(
                run ->
                    run.imageId(IMAGE)
                        .instanceType(InstanceType.T4_G_MICRO)
                        .minCount(1)
                        .maxCount(1)
                        .tagSpecifications(
                            TagSpecification.builder()
                                .resourceType(ResourceType.INSTANCE)
                                .tags(
                                    Tag.builder()
                                        .key("crypto-robot:environment")
                                        .value(environment)
                                        .build(),
                                    Tag.builder()
                                        .key("crypto-robot:stack")
                                        .value("crypto-robot")
                                        .build())
                                .build()))
            .instances()
            .getFirst()
            .instanceId();
    settle(id);
    return id;
  }

  @Override
  public String instanceWithoutAgent(String environment) {
    return instance(environment);
  }

  @Override
  public void settle(String instanceId) {
    var instances = adapters(Principal.OPERATOR).instances();
    eventually(
        () -> instances.describe(instanceId).state(),
        state -> state == PowerState.RUNNING || state == PowerState.STOPPED);
  }

  @Override
  public void silence(String instanceId) {
    throw new IllegalStateException(name() + " cannot silence an agent");
  }

  @Override
  public String document() {
    String name = "contract-scripted";
    try {
      client(SsmClient.builder())
          .createDocument(
              create ->
                  create
                      .name(name)
                      .content(Preparation.DOCUMENT)
                      .documentType(DocumentType.COMMAND)
                      .documentFormat(DocumentFormat.JSON));
      return name;
    } catch (DocumentAlreadyExistsException e) {
      return name;
    }
  }

  @Override
  public String topic() {
    return client(SnsClient.builder()).createTopic(create -> create.name("contract")).topicArn();
  }

  @Override
  public List<Notification> published() {
    throw new IllegalStateException(name() + " does not show what was published");
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return adapters(Principal.OPERATOR).client(builder);
  }

  @Override
  public Instant now() {
    return waiting.now();
  }

  /** An emulator sends no events, so the test waits for the time itself. */
  @Override
  public void pass(Duration duration) {
    waiting.pause(duration);
  }

  @Override
  public void close() {}
}
