package cryptorobot.localcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.CloudLog;
import cryptorobot.localcloud.aws.EngineTimer;
import cryptorobot.localcloud.aws.EnvironmentStacks;
import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.ec2.Capacity;
import cryptorobot.localcloud.aws.ec2.Ec2Api;
import cryptorobot.localcloud.aws.ec2.InstanceXml;
import cryptorobot.localcloud.aws.lambda.Functions;
import cryptorobot.localcloud.aws.lambda.LambdaApi;
import cryptorobot.localcloud.aws.protocol.Authorizer;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Calls;
import cryptorobot.localcloud.aws.protocol.ConnectionFilter;
import cryptorobot.localcloud.aws.protocol.HttpEndpoint;
import cryptorobot.localcloud.aws.protocol.JsonProtocol;
import cryptorobot.localcloud.aws.protocol.QueryProtocol;
import cryptorobot.localcloud.aws.protocol.Signatures;
import cryptorobot.localcloud.aws.secrets.SecretStore;
import cryptorobot.localcloud.aws.secrets.SecretsApi;
import cryptorobot.localcloud.aws.sns.PublishedMessages;
import cryptorobot.localcloud.aws.sns.SnsApi;
import cryptorobot.localcloud.aws.ssm.Documents;
import cryptorobot.localcloud.aws.ssm.Ssm;
import cryptorobot.localcloud.aws.states.LambdaPort;
import cryptorobot.localcloud.aws.states.LocalLambda;
import cryptorobot.localcloud.aws.states.Machines;
import cryptorobot.localcloud.aws.states.States;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.aws.sts.StsApi;
import cryptorobot.localcloud.control.CertificateIssuer;
import cryptorobot.localcloud.control.ControlApi;
import cryptorobot.localcloud.control.Environments;
import cryptorobot.localcloud.control.Logs;
import cryptorobot.localcloud.control.RepositoryServer;
import cryptorobot.localcloud.machines.Fleet;
import cryptorobot.localcloud.machines.MachineState;
import cryptorobot.localcloud.stepfunctions.engine.EngineClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** All services of the local cloud behind one HTTP server. */
public final class Cloud implements AutoCloseable {
  /** The topic that outcomes are published to. */
  public static final String TOPIC = "crypto-robot-reports";

  /** The function that receives an event when an execution ends. */
  public static final String REPORTER = "crypto-robot-ReportOutcome";

  /**
   * The parts of a cloud.
   *
   * @param state the state folder
   * @param outsideLambda invokes the functions of state machines in place of {@code functions}
   * @param wallClock checks the time of signatures
   * @param access the access report
   * @param scriptEnvironment the environment of scripts on an instance, without their parameters
   * @param stacks creates and deletes the state machines of environments
   * @param shutdown ends the process
   */
  public record Parts(
      Account account,
      Path state,
      Fleet fleet,
      SecretStore secrets,
      Functions functions,
      Optional<LambdaPort> outsideLambda,
      Documents documents,
      Principals principals,
      IssuedKeys keys,
      InstantSource wallClock,
      Authorizer authorizer,
      Supplier<JsonNode> access,
      EngineClock clock,
      Latencies latencies,
      Map<String, String> scriptEnvironment,
      RepositoryServer repositories,
      CertificateIssuer certificates,
      Function<Machines, EnvironmentStacks> stacks,
      CloudLog log,
      Runnable shutdown) {}

  private final Parts parts;
  private final States states;
  private final EnvironmentStacks stacks;
  private final HttpEndpoint front;

  public Cloud(Parts parts) {
    this.parts = parts;
    EngineTimer timer = new EngineTimer(parts.clock());
    SecureRandom random = new SecureRandom();
    Calls calls =
        new Calls(new Signatures(parts.keys(), parts.wallClock()), parts.authorizer(), parts.log());
    PublishedMessages messages = new PublishedMessages(parts.state().resolve("notices.jsonl"));
    LambdaPort lambda = parts.outsideLambda().orElseGet(() -> new LocalLambda(parts.functions()));
    states =
        States.open(
            parts.account(),
            parts.state(),
            lambda,
            (role, action, request) ->
                calls.authorize(
                    new Caller(
                        parts.principals().accessKeyOf(StsApi.roleName(role)),
                        parts.account().region(),
                        action.substring(0, action.indexOf(':'))),
                    action,
                    request),
            REPORTER,
            parts.clock(),
            random,
            parts.log()::log);
    stacks = parts.stacks().apply(states.machines());
    Capacity capacity = new Capacity();
    SecretsApi secrets = new SecretsApi(parts.account(), parts.secrets(), timer, random);
    front =
        new HttpEndpoint(
            List.of(
                new ControlApi(
                    new Environments(parts.fleet(), stacks, timer),
                    capacity::set,
                    new Logs(states, messages),
                    parts.repositories(),
                    parts.certificates(),
                    health(parts),
                    parts.access(),
                    parts.shutdown(),
                    parts.log()),
                new LambdaApi(parts.functions(), calls, parts.log()::asynchronousResult),
                new JsonProtocol(
                    List.of(
                        states.api(),
                        secrets,
                        Ssm.api(
                            parts.fleet(),
                            parts.documents(),
                            new PrivateFileStore(parts.state().resolve("commands")),
                            timer,
                            parts.latencies(),
                            parts.account().region(),
                            parts.scriptEnvironment(),
                            parts.log()::log)),
                    calls),
                new QueryProtocol(
                    List.of(
                        new Ec2Api(parts.fleet(), new InstanceXml(parts.account()), capacity),
                        new SnsApi(parts.account().arn("sns", TOPIC), messages, timer),
                        new StsApi(parts.principals(), parts.keys(), parts.wallClock())),
                    calls)),
            new ConnectionFilter(address -> isInstance(parts.fleet(), address)),
            parts.log());
  }

  public States states() {
    return states;
  }

  public EnvironmentStacks stacks() {
    return stacks;
  }

  /**
   * Listens on one more address. There, the private endpoints accept only callers from loopback.
   */
  public InetSocketAddress listen(InetSocketAddress address) throws IOException {
    return front.listen(address);
  }

  private static boolean isInstance(Fleet fleet, String address) {
    return fleet.machines().stream()
        .anyMatch(
            machine ->
                machine.state() != MachineState.STOPPED && machine.address().equals(address));
  }

  private static ObjectNode health(Parts parts) {
    return AwsJson.object()
        .put("status", "ready")
        .put("account", Account.ID)
        .put("region", parts.account().region())
        .put("state", parts.state().toString())
        .put("pid", ProcessHandle.current().pid());
  }

  @Override
  public void close() {
    front.close();
    states.close();
    parts.functions().close();
  }
}
