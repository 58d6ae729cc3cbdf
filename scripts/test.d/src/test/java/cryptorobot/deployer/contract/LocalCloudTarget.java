package cryptorobot.deployer.contract;

import com.fasterxml.jackson.databind.node.NullNode;
import cryptorobot.deployer.aws.Adapters;
import cryptorobot.deployer.ports.Notification;
import cryptorobot.localcloud.Cloud;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.CloudLog;
import cryptorobot.localcloud.aws.EnvironmentStacks;
import cryptorobot.localcloud.aws.FakeFleet;
import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.ManualClock;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.FunctionRunner;
import cryptorobot.localcloud.aws.lambda.Functions;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.secrets.SecretStore;
import cryptorobot.localcloud.aws.sns.PublishedMessages;
import cryptorobot.localcloud.aws.ssm.Documents;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.machines.CommandEnd;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * The whole local cloud on a port of its own, with machines that exist only as records. Their
 * scripts end as the parameters of their document request, and their time passes when a test
 * advances it.
 */
final class LocalCloudTarget implements Target {
  private static final String DOCUMENT = "contract-scripted";

  private final ManualClock clock = new ManualClock();
  private final FakeFleet fleet = new FakeFleet(clock);
  private final Account account = new Account("eu-west-1");
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final Path state;
  private final IssuedKeys keys;
  private final Cloud cloud;
  private final URI endpoint;

  LocalCloudTarget(Path state) throws IOException {
    this.state = state;
    this.keys = IssuedKeys.in(state, new SecureRandom());
    this.cloud = new Cloud(parts());
    InetSocketAddress address =
        cloud.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.endpoint = URI.create("http://127.0.0.1:" + address.getPort());
    fleet.scriptsEnd(command -> Optional.of(asScripted(command.environment())));
  }

  private Cloud.Parts parts() {
    Function reporter =
        new Function(
            Cloud.REPORTER,
            account.arn("lambda", "function:" + Cloud.REPORTER),
            "not.called.by.name",
            account.role(Cloud.REPORTER),
            Duration.ofSeconds(60),
            Map.of());
    return new Cloud.Parts(
        account,
        state,
        fleet,
        new SecretStore(new PrivateFileStore(state.resolve("secrets"))),
        new Functions(List.of(reporter), new Reporter()),
        Optional.empty(),
        new Documents(Map.of(DOCUMENT, Preparation.DOCUMENT)),
        new Principals(_ -> Optional.empty()),
        keys,
        Instant::now,
        new RefusingAuthorizer(),
        NullNode::getInstance,
        clock,
        Latencies.realistic(),
        Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"),
        (name, _, _) -> "https://git.test/" + name,
        (_, _) -> NullNode.getInstance(),
        _ -> new NoStacks(),
        new CloudLog(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), clock::now),
        () -> {});
  }

  /** What the script of {@link Preparation#DOCUMENT} would do. */
  private static CommandEnd asScripted(Map<String, String> environment) {
    boolean timedOut = environment.get("SSM_Code").equals("timeout");
    return new CommandEnd(
        timedOut ? 137 : Integer.parseInt(environment.get("SSM_Code")),
        environment.get("SSM_Output"),
        environment.get("SSM_Errors"),
        timedOut,
        false);
  }

  @Override
  public String name() {
    return "the local cloud";
  }

  @Override
  public Set<Ability> lacks() {
    return Set.of();
  }

  @Override
  public Adapters adapters(Principal principal) {
    IssuedKeys.Key key = keys.issue(principal.name(), IssuedKeys.WITH_THE_CLOUD);
    return new Adapters(
        endpoint,
        account.region(),
        AwsSessionCredentials.create(key.accessKeyId(), key.secretAccessKey(), key.token()));
  }

  @Override
  public Preparation prepare() {
    return new Preparation(adapters(Principal.OPERATOR), Account.ID);
  }

  @Override
  public String instance(String environment) {
    return fleet.online(environment).instanceId();
  }

  @Override
  public String instanceWithoutAgent(String environment) {
    String id = fleet.create(environment).instanceId();
    return fleet.set(id, MachineState.RUNNING, Optional.empty()).instanceId();
  }

  @Override
  public void settle(String instanceId) {
    LocalInstance machine = machine(instanceId);
    switch (machine.state()) {
      case PENDING -> fleet.set(instanceId, MachineState.RUNNING, Optional.of(clock.now()));
      case STOPPING -> fleet.set(instanceId, MachineState.STOPPED, Optional.empty());
      case RUNNING, STOPPED -> {}
    }
  }

  private LocalInstance machine(String instanceId) {
    return fleet.machines().stream()
        .filter(machine -> machine.instanceId().equals(instanceId))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void silence(String instanceId) {
    // The agent reports once, so that it stays registered.
    adapters(Principal.OPERATOR).instances().agent(instanceId);
    fleet.set(instanceId, MachineState.RUNNING, Optional.empty());
  }

  @Override
  public String document() {
    return DOCUMENT;
  }

  @Override
  public String topic() {
    return account.arn("sns", Cloud.TOPIC);
  }

  @Override
  public List<Notification> published() {
    return new PublishedMessages(state.resolve("notices.jsonl"))
        .all().stream()
            .map(notice -> new Notification(notice.subject(), notice.text(), notice.message()))
            .toList();
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public void pass(Duration duration) {
    clock.advance(duration);
    try {
      // Executions run on threads of their own, so their end takes a moment.
      ended.poll(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    cloud.close();
  }

  /** The contracts make their own state machines. */
  private static final class NoStacks implements EnvironmentStacks {
    @Override
    public void create(String environment) {}

    @Override
    public void delete(String environment) {}
  }

  /** The function that is notified of the end of every execution. */
  private final class Reporter implements FunctionRunner {
    @Override
    public InvocationResult invoke(Function function, String requestId, byte[] payload) {
      ended.add(requestId);
      return new InvocationResult.Returned("{}".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }
}
