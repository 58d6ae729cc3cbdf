package cryptorobot.localcloud.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import cryptorobot.localcloud.Cloud;
import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.FunctionRunner;
import cryptorobot.localcloud.aws.lambda.Functions;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.aws.protocol.Authorizer;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.SigV4Signer;
import cryptorobot.localcloud.aws.secrets.SecretStore;
import cryptorobot.localcloud.aws.ssm.Documents;
import cryptorobot.localcloud.aws.states.LambdaPort;
import cryptorobot.localcloud.aws.sts.IssuedKeys;
import cryptorobot.localcloud.aws.sts.Principals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A complete cloud on its own port, with a fake fleet, a manual clock and functions of the test.
 * Tests use it through the real protocols with the SDK's clients.
 */
final class TestCloud implements AutoCloseable {
  static final Latencies LATENCIES =
      new Latencies(
          Duration.ofMillis(30),
          Duration.ofMillis(80),
          Duration.ofMillis(150),
          Duration.ofMillis(250),
          Duration.ofSeconds(20),
          Duration.ofSeconds(61));

  /** The environments that have a stack. */
  static final class RecordedStacks implements EnvironmentStacks {
    final Set<String> environments = new TreeSet<>();

    @Override
    public void create(String environment) {
      environments.add(environment);
    }

    @Override
    public void delete(String environment) {
      environments.remove(environment);
    }
  }

  /** A function of a test: a payload in, a result out. */
  interface Behaviour {
    InvocationResult run(byte[] payload) throws InterruptedException;
  }

  final ManualClock clock;
  final FakeFleet fleet;
  final Cloud cloud;
  final URI endpoint;
  final IssuedKeys keys;
  final BlockingQueue<String> reported = new LinkedBlockingQueue<>();
  final BlockingQueue<String> stopped = new LinkedBlockingQueue<>();
  final RecordedStacks stacks = new RecordedStacks();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<SdkAutoCloseable> clients = new ArrayList<>();

  TestCloud(
      Path state,
      ManualClock clock,
      Map<String, String> documents,
      Map<String, Behaviour> functions)
      throws IOException {
    this(state, clock, documents, functions, Optional.empty());
  }

  /**
   * @param outsideLambda creates a Lambda that the state machines use, from the keys of the cloud
   */
  TestCloud(
      Path state,
      ManualClock clock,
      Map<String, String> documents,
      Map<String, Behaviour> functions,
      Optional<java.util.function.Function<IssuedKeys, LambdaPort>> outsideLambda)
      throws IOException {
    this.clock = clock;
    this.fleet = new FakeFleet(clock);
    Account account = new Account("eu-west-1");
    this.keys = IssuedKeys.in(state, new SecureRandom());
    Principals principals =
        new Principals(key -> Optional.of("i-1").filter(_ -> key.equals("ASIAINSTANCE")));
    Map<String, Behaviour> all = new java.util.HashMap<>(functions);
    all.put(Cloud.REPORTER, this::report);
    this.cloud =
        new Cloud(
            new Cloud.Parts(
                account,
                state,
                fleet,
                new SecretStore(new PrivateFileStore(state.resolve("secrets"))),
                new Functions(
                    all.keySet().stream().map(name -> function(account, name)).toList(),
                    runner(all)),
                outsideLambda.map(of -> of.apply(keys)),
                new Documents(documents),
                principals,
                keys,
                Instant::now,
                Authorizer.OPEN,
                NullNode::getInstance,
                clock,
                LATENCIES,
                Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"),
                (name, path, token) ->
                    "https://git.test/" + name + token.map(_ -> "#private").orElse(""),
                TestCloud::certificate,
                _ -> stacks,
                new CloudLog(new PrintStream(log, true, StandardCharsets.UTF_8), clock::now),
                () -> stopped.add("stopped")));
    InetSocketAddress address =
        cloud.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.endpoint = URI.create("http://127.0.0.1:" + address.getPort());
  }

  TestCloud(Path state) throws IOException {
    this(state, new ManualClock(), Map.of(), Map.of());
  }

  private static JsonNode certificate(String hostname, String address) {
    if (hostname.isEmpty()) {
      throw new IllegalArgumentException("'' is not a host name");
    }
    return AwsJson.object().put("cert", hostname + " at " + address);
  }

  private InvocationResult report(byte[] payload) {
    reported.add(new String(payload, StandardCharsets.UTF_8));
    return new InvocationResult.Returned("{}".getBytes(StandardCharsets.UTF_8));
  }

  private static Function function(Account account, String name) {
    return new Function(
        name,
        account.arn("lambda", "function:" + name),
        "made.up." + name,
        account.role(name),
        Duration.ofSeconds(60),
        Map.of());
  }

  private static FunctionRunner runner(Map<String, Behaviour> functions) {
    return new FunctionRunner() {
      @Override
      public InvocationResult invoke(Function function, String requestId, byte[] payload)
          throws InterruptedException {
        return functions.get(function.name()).run(payload);
      }

      @Override
      public void close() {}
    };
  }

  /** A client of the SDK for this cloud. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C extends SdkAutoCloseable>
      C client(B builder) {
    C client =
        builder
            .endpointOverride(endpoint)
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        keys.operator().accessKeyId(), keys.operator().secretAccessKey())))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    clients.add(client);
    return client;
  }

  /** A plain request, signed by the operator for a service; not signed if the service is empty. */
  HttpResponse<String> http(
      String service, String method, String path, String body, String... headers) {
    return http(keys.operator(), Instant.now(), service, method, path, body, headers);
  }

  /** A plain request, signed with a key at a given time. */
  HttpResponse<String> http(
      IssuedKeys.Key key,
      Instant time,
      String service,
      String method,
      String path,
      String body,
      String... headers) {
    URI uri = endpoint.resolve(path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofString(body));
    Map<String, String> named = new HashMap<>(Map.of("host", uri.getAuthority()));
    for (int i = 0; i < headers.length; i += 2) {
      named.put(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
      request.header(headers[i], headers[i + 1]);
    }
    if (!service.isEmpty()) {
      SigV4Signer.sign(
              new Request(method, uri, named, body.getBytes(StandardCharsets.UTF_8), true),
              key.accessKeyId(),
              key.secretAccessKey(),
              Optional.of(key.token()).filter(token -> !token.isEmpty()),
              "eu-west-1",
              service,
              time)
          .forEach(request::header);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for the event of an execution that has ended. */
  String awaitReport() throws InterruptedException {
    String event = reported.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no execution ended within 20 s; the log:\n" + logged());
    }
    return event;
  }

  String logged() {
    return log.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    for (SdkAutoCloseable client : clients) {
      client.close();
    }
    cloud.close();
  }
}
