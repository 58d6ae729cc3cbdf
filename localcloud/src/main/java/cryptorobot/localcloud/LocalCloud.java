package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.CloudLog;
import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.FunctionCatalog;
import cryptorobot.localcloud.aws.lambda.FunctionRunner;
import cryptorobot.localcloud.aws.lambda.Functions;
import cryptorobot.localcloud.aws.lambda.ProcessRunner;
import cryptorobot.localcloud.aws.lambda.SameJvmRunner;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.secrets.SecretStore;
import cryptorobot.localcloud.aws.ssm.Documents;
import cryptorobot.localcloud.aws.states.LambdaPort;
import cryptorobot.localcloud.aws.states.OutsideLambda;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.machines.Finding;
import cryptorobot.localcloud.machines.FleetSettings;
import cryptorobot.localcloud.machines.Ipv4Range;
import cryptorobot.localcloud.machines.IssuedCertificate;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.NspawnFleet;
import cryptorobot.localcloud.machines.Preflight;
import cryptorobot.localcloud.machines.SessionIssuer;
import cryptorobot.localcloud.stepfunctions.engine.SystemClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The program: a fleet of instances, the packaged functions, and the state machines of this project
 * behind AWS's protocols on {@code 127.0.0.1:LOCAL_PORT}. This class composes all parts.
 *
 * <p>{@code POST /_local/shutdown} powers the instances off and ends the program. A signal ends the
 * program and leaves the instances running. When the program cannot start, it prints the reason to
 * stderr and exits with 5.
 */
public final class LocalCloud {
  /** The principal that signs the calls of functions at another endpoint. */
  private static final String OUTSIDE = "crypto-robot-states";

  private LocalCloud() {}

  static void main() {
    // Nagle's algorithm would delay small responses by 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.exit(start());
  }

  private static int start() {
    try {
      return run(CloudSettings.of(System.getenv(), System.getProperties()));
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      System.err.println("the local cloud cannot start: " + e.getMessage());
      return 5;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 130;
    }
  }

  private static int run(CloudSettings settings) throws IOException, InterruptedException {
    List<Finding> findings =
        new Preflight(
                settings.state(), Ipv4Range.parse(settings.subnet()), Optional.of(settings.port()))
            .findings();
    if (!findings.isEmpty()) {
      findings.forEach(System.err::println);
      return 5;
    }
    CloudLog log = new CloudLog(System.out, Instant::now);
    CountDownLatch end = new CountDownLatch(1);
    IssuedKeys keys = IssuedKeys.in(settings.state(), new SecureRandom());
    try (SystemClock clock = new SystemClock();
        NspawnFleet fleet =
            NspawnFleet.open(
                FleetSettings.of(
                    settings.state(),
                    settings.home().resolve("scripts/local.d"),
                    Ipv4Range.parse(settings.subnet()),
                    settings.region(),
                    settings.port()),
                (accessKeyId, expires) -> {
                  IssuedKeys.Key key = keys.issue(accessKeyId, expires);
                  return new SessionIssuer.Issued(key.secretAccessKey(), key.token());
                },
                Clock.systemUTC(),
                log::log);
        Cloud cloud = cloud(settings, keys, fleet, clock, log, end)) {
      // A signal does not run the finally blocks below, and functions may be child processes.
      Runtime.getRuntime().addShutdownHook(new Thread(cloud::close));
      fleet.machines().stream().map(LocalInstance::environment).forEach(cloud.stacks()::create);
      cloud.listen(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), settings.port()));
      log.log("ready on " + settings.endpoint() + ", state in " + settings.state());
      cloud.states().reportInterrupted();
      end.await();
      log.log("ending");
      return 0;
    }
  }

  private static Cloud cloud(
      CloudSettings settings,
      IssuedKeys keys,
      NspawnFleet fleet,
      SystemClock clock,
      CloudLog log,
      CountDownLatch end)
      throws IOException {
    Account account = new Account(settings.region());
    Principals principals =
        new Principals(key -> fleet.machineOfAccessKey(key).map(LocalInstance::instanceId));
    SecretStore secrets =
        new SecretStore(new PrivateFileStore(settings.state().resolve("secrets")));
    LocalAccess access =
        LocalAccess.of(
            settings, account, principals, keys.operator().accessKeyId(), fleet, secrets);
    List<Function> functions =
        new FunctionCatalog(account, principals, keys)
            .read(
                settings.functionsJar(),
                settings.functionTimeout(),
                settings.functionEnvironment(account.arn("sns", Cloud.TOPIC)));
    access.check(functions);
    return new Cloud(
        new Cloud.Parts(
            account,
            settings.state(),
            fleet,
            secrets,
            new Functions(functions, runner(settings, log)),
            settings
                .outsideLambda()
                .map(endpoint -> outsideLambda(endpoint, account, principals, keys)),
            Documents.inJar(settings.functionsJar(), CloudSettings.PREFIX),
            principals,
            keys,
            Instant::now,
            access.enforcer(),
            access.report(),
            clock,
            Latencies.realistic(),
            settings.scriptEnvironment(),
            (name, path, token) -> {
              fleet.repositories().register(name, path, token);
              return fleet.repositoryUrl(name);
            },
            (hostname, address) -> {
              IssuedCertificate issued = fleet.authority().issue(hostname, address);
              return AwsJson.object()
                  .put("cert", issued.cert())
                  .put("key", issued.key())
                  .put("chain", issued.chain());
            },
            machines ->
                new LocalStacks(
                    settings.home().resolve("statemachine"),
                    account,
                    machines,
                    access.roles()::nameOfMachines),
            log,
            end::countDown));
  }

  private static LambdaPort outsideLambda(
      URI endpoint, Account account, Principals principals, IssuedKeys keys) {
    return new OutsideLambda(
        endpoint,
        account.region(),
        keys.issue(principals.accessKeyOf(OUTSIDE), IssuedKeys.WITH_THE_CLOUD),
        Instant::now);
  }

  private static FunctionRunner runner(CloudSettings settings, CloudLog log) throws IOException {
    return switch (settings.lambda()) {
      case SAME_JVM -> new SameJvmRunner(settings.functionsJar(), Instant::now, log::functionLine);
      case PROCESS ->
          new ProcessRunner(
              settings.runtimeClassPath(),
              Instant::now,
              settings.state().resolve("function-files"),
              log::functionLine);
    };
  }
}
