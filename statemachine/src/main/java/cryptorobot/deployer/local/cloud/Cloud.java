package cryptorobot.deployer.local.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.engine.EngineClock;
import cryptorobot.deployer.local.cloud.control.CertificateIssuer;
import cryptorobot.deployer.local.cloud.control.ControlApi;
import cryptorobot.deployer.local.cloud.control.Environments;
import cryptorobot.deployer.local.cloud.control.Logs;
import cryptorobot.deployer.local.cloud.control.RepositoryServer;
import cryptorobot.deployer.local.cloud.ec2.Capacity;
import cryptorobot.deployer.local.cloud.ec2.Ec2Api;
import cryptorobot.deployer.local.cloud.ec2.InstanceXml;
import cryptorobot.deployer.local.cloud.lambda.Functions;
import cryptorobot.deployer.local.cloud.lambda.LambdaApi;
import cryptorobot.deployer.local.cloud.protocol.Caller;
import cryptorobot.deployer.local.cloud.protocol.Calls;
import cryptorobot.deployer.local.cloud.protocol.Door;
import cryptorobot.deployer.local.cloud.protocol.Gate;
import cryptorobot.deployer.local.cloud.protocol.HttpFront;
import cryptorobot.deployer.local.cloud.protocol.Json;
import cryptorobot.deployer.local.cloud.protocol.JsonProtocol;
import cryptorobot.deployer.local.cloud.protocol.QueryProtocol;
import cryptorobot.deployer.local.cloud.protocol.Signatures;
import cryptorobot.deployer.local.cloud.secrets.SecretStore;
import cryptorobot.deployer.local.cloud.secrets.SecretsApi;
import cryptorobot.deployer.local.cloud.sns.Notices;
import cryptorobot.deployer.local.cloud.sns.SnsApi;
import cryptorobot.deployer.local.cloud.ssm.Documents;
import cryptorobot.deployer.local.cloud.ssm.Ssm;
import cryptorobot.deployer.local.cloud.states.AdmittedLambda;
import cryptorobot.deployer.local.cloud.states.InsideLambda;
import cryptorobot.deployer.local.cloud.states.LambdaPort;
import cryptorobot.deployer.local.cloud.states.States;
import cryptorobot.deployer.local.cloud.sts.IssuedKeys;
import cryptorobot.deployer.local.cloud.sts.Principals;
import cryptorobot.deployer.local.cloud.sts.StsApi;
import cryptorobot.deployer.local.instance.Fleet;
import cryptorobot.deployer.local.instance.MachineState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** All services of the local cloud behind one HTTP server. */
public final class Cloud implements AutoCloseable {
  /** The topic that outcomes are published to. */
  public static final String TOPIC = "crypto-robot-reports";

  /** The function that is told of every execution's end. */
  public static final String REPORTER = "crypto-robot-ReportOutcome";

  /**
   * What a cloud is made of.
   *
   * @param state the folder it keeps everything in
   * @param wallClock by which signatures are dated
   * @param access what may be told of who did what
   * @param outsideLambda a Lambda elsewhere, for the engine's own calls
   * @param scriptEnvironment what scripts see on an instance beside their parameters
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
      Gate gate,
      Supplier<JsonNode> access,
      EngineClock clock,
      Latencies latencies,
      Map<String, String> scriptEnvironment,
      RepositoryServer repositories,
      CertificateIssuer certificates,
      CloudLog log,
      Runnable shutdown) {}

  private final Parts parts;
  private final States states;
  private final HttpFront front;

  public Cloud(Parts parts) {
    this.parts = parts;
    EngineTimer timer = new EngineTimer(parts.clock());
    SecureRandom random = new SecureRandom();
    Calls calls =
        new Calls(new Signatures(parts.keys(), parts.wallClock()), parts.gate(), parts.log());
    Notices notices = new Notices(parts.state().resolve("notices.jsonl"));
    LambdaPort lambda = parts.outsideLambda().orElseGet(() -> new InsideLambda(parts.functions()));
    states =
        States.open(
            parts.account(),
            parts.state(),
            new AdmittedLambda(lambda, calls, parts.principals(), parts.account().region()),
            lambda,
            (action, request) ->
                calls.admit(
                    new Caller(
                        parts.principals().accessKeyOf(Principals.STATES),
                        parts.account().region(),
                        "states"),
                    action,
                    request),
            REPORTER,
            parts.clock(),
            random,
            parts.log()::say);
    Capacity capacity = new Capacity();
    SecretsApi secrets = new SecretsApi(parts.account(), parts.secrets(), timer, random);
    front =
        new HttpFront(
            List.of(
                new ControlApi(
                    new Environments(parts.fleet(), timer),
                    capacity::set,
                    new Logs(states, notices),
                    parts.repositories(),
                    parts.certificates(),
                    health(parts),
                    parts.access(),
                    parts.shutdown(),
                    parts.log()),
                new LambdaApi(parts.functions(), calls, parts.log()::eventEnded),
                new JsonProtocol(
                    List.of(
                        states.api(),
                        secrets,
                        Ssm.api(
                            parts.fleet(),
                            parts.documents(),
                            new Files0600(parts.state().resolve("commands")),
                            timer,
                            parts.latencies(),
                            parts.account().region(),
                            parts.scriptEnvironment(),
                            parts.log()::say)),
                    calls),
                new QueryProtocol(
                    List.of(
                        new Ec2Api(parts.fleet(), new InstanceXml(parts.account()), capacity),
                        new SnsApi(parts.account().arn("sns", TOPIC), notices, timer),
                        new StsApi(parts.principals(), parts.keys(), parts.wallClock())),
                    calls)),
            new Door(address -> isInstance(parts.fleet(), address)),
            parts.log());
  }

  public States states() {
    return states;
  }

  /** Listens on one more address; the private endpoints answer only callers from loopback there. */
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
    return Json.object()
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
