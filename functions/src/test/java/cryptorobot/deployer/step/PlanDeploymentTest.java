package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.fakes.FakeSecrets;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanDeploymentTest {

  private static final String REPOSITORY =
      "\"repository_url\": \"https://github.com/owner/crypto-robot.git\"";

  private static final String HEARTBEAT =
      "{\"name\": \"r\", \"type\": \"trading_robot\", \"command\": \"python r\","
          + " \"heartbeat_file\": \"data/heartbeat\", \"max_age_seconds\": 30}";

  private final FakeSecrets secrets = new FakeSecrets();

  /** Plans with the machine of the environment that the request names. */
  private JsonNode plan(String machine, String request, Map<String, String> variables) {
    String environment =
        Json.object(request).map(fields -> fields.path("environment").asText()).orElse("");
    return plan(machine, request, variables, new MachineScope(environment, "", "", false, ""));
  }

  private JsonNode plan(
      String machine, String request, Map<String, String> variables, MachineScope scope) {
    String input =
        "{\"machine\": \"%s\", \"scope\": %s, \"request\": %s, \"execution\": \"%s\", \"started_at\": \"%s\"}"
            .formatted(
                machine, Json.tree(scope), request, Steps.EXECUTION, "2026-11-23T06:15:00.123Z");
    return Steps.call(new PlanDeployment(() -> secrets, variables), input);
  }

  private JsonNode deploy(String... fields) {
    String request = "{\"environment\": \"crypto-robot.local\", " + String.join(", ", fields) + "}";
    return plan("deploy", request, Map.of());
  }

  private String refusal(String... fields) {
    InvalidRequest refused =
        assertThrows(
            InvalidRequest.class, () -> deploy(fields), () -> "accepted " + List.of(fields));
    return refused.getMessage();
  }

  @Test
  void fillsInEveryDefaultOfAMinimalRequest() {
    JsonNode plan = deploy(REPOSITORY);

    assertEquals("deploy", plan.get("operation").asText());
    assertEquals("/opt/crypto-robot", plan.get("application_path").asText());
    assertEquals("20261123T061500Z", plan.get("stamp").asText());
    assertFalse(plan.get("restore_power").asBoolean());
    assertEquals(
        """
        {"Environment":"crypto-robot.local","Operation":"deploy",\
        "RepositoryUrl":"https://github.com/owner/crypto-robot.git","Branch":"main","Revision":"",\
        "Release":"","ApplicationPath":"/opt/crypto-robot","VirtualEnvPath":"/opt/crypto-robot/venv",\
        "PythonVersion":"","Installation":"{}","Services":"[{\\"name\\":\\"crypto-robot\\",\\"type\\":\\"trading_robot\\",\
        \\"command\\":\\"python main.py --mode robot\\",\\"enabled\\":true},\
        {\\"name\\":\\"crypto-webapp\\",\\"type\\":\\"web_application\\",\
        \\"command\\":\\"python app.py\\",\\"enabled\\":true}]","Port":"5000","HealthPath":"/health",\
        "PersistentPaths":"[\\"data\\",\\"logs\\"]","KeepReleases":"5","BakeSeconds":"10",\
        "Protocol":"https-or-http","WhenKeysInvalid":"simulate","Simulate":"false","Containers":"keep",\
        "CertificateHostname":"crypto-robot.local","DeadManSeconds":"1210","LogGroup":"",\
        "RepositorySecret":"crypto-robot/crypto-robot.local/repository","RepositorySecretVersion":"",\
        "SecretPrefix":"crypto-robot/crypto-robot.local/","Secrets":"[{\\"name\\":\\"keys\\",\
        \\"variables\\":{\\"BINANCE_API_KEY\\":\\"BINANCE_API_KEY\\",\
        \\"BINANCE_SECRET_KEY\\":\\"BINANCE_SECRET_KEY\\"},\\"required_for_live\\":true,\
        \\"in_simulation\\":false,\\"version\\":\\"\\"}]",\
        "ModeVariables":"{\\"live\\":{\\"ROBOT_MODE\\":\\"live\\"},\
        \\"simulation\\":{\\"ROBOT_MODE\\":\\"simulation\\"}}","ExportEnv":"false",\
        "CertificateSecret":"crypto-robot/crypto-robot.local/certificate","CertificateVersion":""}""",
        plan.get("settings").toString());
  }

  @Test
  void passesOnWhatIsInstalledWithoutDefaults() {
    JsonNode settings =
        deploy(
                REPOSITORY,
                "\"requirements\": \"src/requirements.txt\"",
                "\"extras\": [\"web\"]",
                "\"install_project\": true",
                "\"python_source\": \"managed\"",
                "\"directory\": \"src\"")
            .get("settings");
    assertEquals(
        "{\"python_source\":\"managed\",\"directory\":\"src\","
            + "\"requirements\":[\"src/requirements.txt\"],\"extras\":[\"web\"],"
            + "\"install_project\":true}",
        settings.get("Installation").asText());
  }

  @Test
  void installsOnlyPackagesThatTheStackNames() {
    String request =
        "{\"environment\": \"a.local\", \"repository_url\": \"https://example.org/r.git\","
            + " \"system_packages\": [\"libgomp1\", \"gcc\"]}";
    MachineScope both = new MachineScope("a.local", "", "", false, "gcc,libgomp1");
    JsonNode settings = plan("deploy", request, Map.of(), both).get("settings");
    assertEquals(
        "{\"system_packages\":[\"libgomp1\",\"gcc\"]}", settings.get("Installation").asText());
    secrets.requested().clear();
    for (String allowed : List.of("", "gcc", "libgomp1x,gcc", "all")) {
      String refusal =
          outOfScope("deploy", request, new MachineScope("a.local", "", "", false, allowed));
      assertTrue(refusal.contains("$.system_packages[0]"), refusal);
      assertTrue(refusal.contains("SystemPackages"), refusal);
    }
  }

  /**
   * What {@code operate adopt-robot} printed for small repositories; a test of the client compares
   * it.
   */
  static Stream<Path> printedFiles() throws IOException {
    return Files.list(Path.of("../scripts/client/tests/adopted")).sorted();
  }

  @ParameterizedTest
  @MethodSource("printedFiles")
  void acceptsEachFileThatAdoptRobotPrints(Path file) throws IOException {
    JsonNode plan = plan("deploy", Files.readString(file), Map.of());
    assertEquals("deploy", plan.get("operation").asText());
  }

  @Test
  void pinsTheVersionsOfTheSecretsAndNeverReadsTheirValues() {
    secrets.with("crypto-robot/crypto-robot.local/keys", "{}");

    JsonNode settings = deploy(REPOSITORY).get("settings");

    assertEquals("v-crypto-robot/crypto-robot.local/keys", keysVersion(settings));
    assertEquals("", settings.get("CertificateVersion").asText());
  }

  private static String keysVersion(JsonNode settings) {
    return Json.tree(settings.get("Secrets").asText()).orElseThrow().at("/0/version").asText();
  }

  private static final String TELEGRAM =
      """
      {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "token"}, "github_secret_name": "TG"}""";
  private static final String CONFIG =
      "{\"name\": \"config\", \"file\": \"config-private.json\", \"required_for_live\": true}";

  @Test
  void pinsEachSecretThatTheRequestDeclares() {
    secrets.with("crypto-robot/crypto-robot.local/config", "{}");
    JsonNode settings =
        deploy(REPOSITORY, "\"secrets\": [%s, %s]".formatted(CONFIG, TELEGRAM)).get("settings");
    assertEquals(
        """
        [{"name":"config","file":"config-private.json","required_for_live":true,\
        "in_simulation":false,"version":"v-crypto-robot/crypto-robot.local/config"},\
        {"name":"telegram","variables":{"TELEGRAM_TOKEN":"token"},"required_for_live":false,\
        "in_simulation":false,"version":""}]""",
        settings.get("Secrets").asText());
  }

  @Test
  void tellsTheRobotItsModeAsTheRequestNamesIt() {
    String named = "\"mode_variables\": {\"live\": {\"FREQTRADE__DRY_RUN\": \"false\"}}";
    assertEquals(
        "{\"live\":{\"FREQTRADE__DRY_RUN\":\"false\"},\"simulation\":{}}",
        deploy(REPOSITORY, named).get("settings").get("ModeVariables").asText());
    assertEquals(
        "{\"live\":{},\"simulation\":{}}",
        deploy(REPOSITORY, "\"mode_variables\": {}").get("settings").get("ModeVariables").asText());
    String service =
        "\"services\": [{\"name\": \"a\", \"type\": \"trading_robot\", \"command\": \"python a.py\", "
            + "\"env\": {\"FREQTRADE__DRY_RUN\": \"false\"}}]";
    assertTrue(refusal(REPOSITORY, named, service).contains("$.services[0].env: found"));
    String keys = "\"mode_variables\": {\"simulation\": {\"BINANCE_API_KEY\": \"x\"}}";
    assertTrue(refusal(REPOSITORY, keys).contains("variables that no secret becomes"));
    String value = "\"mode_variables\": {\"live\": {\"A\": \"a\\nb\"}}";
    assertTrue(refusal(REPOSITORY, value).contains("$.mode_variables.live.A"));
  }

  @Test
  void aSimulationPinsOnlyTheSecretsThatItGets() {
    secrets
        .with("crypto-robot/crypto-robot.local/page", "{}")
        .with("crypto-robot/crypto-robot.local/keys", "{}");
    String page = "{\"name\": \"page\", \"variables\": {\"A\": \"a\"}, \"in_simulation\": true}";
    deploy(REPOSITORY, "\"simulate\": true", "\"secrets\": [%s, %s]".formatted(CONFIG, page));
    assertFalse(secrets.requested().contains("crypto-robot/crypto-robot.local/config"));
    assertTrue(secrets.requested().contains("crypto-robot/crypto-robot.local/page"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          CONFIG, CONFIG; $.secrets[1].name: found "config" a second time
          CONFIG, {"name": "b", "file": "config-private.json"}; files that are different
          CONFIG, {"name": "b", "file": "config-private.json/x"}; files that are different
          CONFIG, {"name": "b", "file": "data/key.json"}; $.secrets[1].file: found "data/key.json"; allowed
          CONFIG, {"name": "b", "file": "data"}; a file outside persistent_paths: data, logs
          CONFIG, {"name": "b", "file": ".env"}; $.secrets[1].file
          CONFIG, {"name": "b", "file": "../x"}; $.secrets[1].file
          CONFIG, {"name": "b", "file": "/etc/x"}; $.secrets[1].file
          CONFIG, {"name": "b"}; $.secrets[1]: found neither; allowed: either variables or file
          CONFIG, {"name": "b", "file": "x", "variables": {"A": "a"}}; either variables or file
          CONFIG, {"name": "b", "field": "x", "variables": {"A": "a"}}; $.secrets[1].field
          CONFIG, {"name": "b", "variables": {}}; an object with 1 to 40 variables
          CONFIG, {"name": "b", "variables": {"ROBOT_MODE": "a"}}; $.secrets[1].variables.ROBOT_MODE
          CONFIG, {"name": "b", "variables": {"A-B": "a"}}; $.secrets[1].variables.A-B
          CONFIG, {"name": "b", "variables": {"A": "a b"}}; $.secrets[1].variables.A
          CONFIG, {"name": "repository", "file": "x"}; $.secrets[1].name
          CONFIG, TELEGRAM, {"name": "b", "variables": {"TELEGRAM_TOKEN": "a"}}; unique variables
          TELEGRAM; at least one secret with required_for_live, or simulate: true
          CONFIG, {"name": "b", "file": "x", "required_for_live": true, "in_simulation": true}; one of them
          """)
  void refusesSecretsThatCannotBeGiven(String declared, String refusal) {
    String secrets = declared.replace("CONFIG", CONFIG).replace("TELEGRAM,", TELEGRAM + ",");
    secrets = secrets.equals("TELEGRAM") ? TELEGRAM : secrets;
    String message = refusal(REPOSITORY, "\"secrets\": [%s]".formatted(secrets));
    assertTrue(message.contains(refusal.split(";")[0]), message);
  }

  @Test
  void asksForNoSecretWhenItOnlyReadsTheStatus() {
    JsonNode plan =
        plan("watch", "{\"environment\": \"a.local\", \"operation\": \"status\"}", Map.of());
    assertEquals("status", plan.get("operation").asText());
    assertEquals(List.of(), secrets.requested());
  }

  @Test
  void requiresHttpsOutsideLocalEnvironments() {
    JsonNode plan =
        plan(
            "deploy",
            "{\"environment\": \"jack_robot.crypto-vision.com\", " + REPOSITORY + "}",
            Map.of());
    assertEquals("https", plan.get("settings").get("Protocol").asText());
    assertEquals(
        "jack_robot.crypto-vision.com", plan.get("settings").get("CertificateHostname").asText());
  }

  @Test
  void appliesTheModeToTheServices() {
    String services =
        deploy(REPOSITORY, "\"mode\": \"robot\"").get("settings").get("Services").asText();
    assertTrue(services.contains("main.py --mode robot\",\"enabled\":true"), services);
    assertTrue(services.contains("app.py\",\"enabled\":false"), services);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 443, 1024, 65535})
  void acceptsThePortsOfHttpAndHttpsAndEveryHighPort(int port) {
    assertEquals(
        Integer.toString(port),
        deploy(REPOSITORY, "\"port\": " + port).get("settings").get("Port").asText());
  }

  @Test
  void passesAHeartbeatOnAndOmitsItIfThereIsNone() {
    String services =
        deploy(
                REPOSITORY,
                "\"services\": ["
                    + HEARTBEAT
                    + ", {\"name\": \"w\",\"type\": \"web_application\",\"command\": \"python w\"}]")
            .get("settings")
            .get("Services")
            .asText();
    assertEquals(
        "[{\"name\":\"r\",\"type\":\"trading_robot\",\"command\":\"python r\",\"enabled\":true,"
            + "\"heartbeat_file\":\"data/heartbeat\",\"max_age_seconds\":30},"
            + "{\"name\":\"w\",\"type\":\"web_application\",\"command\":\"python w\",\"enabled\":true}]",
        services);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ", \"max_age_seconds\": 30 |  | found heartbeat_file alone",
        "\"heartbeat_file\": \"data/heartbeat\", | | found max_age_seconds alone",
        "data/heartbeat | other/heartbeat | allowed: a file below one of persistent_paths: data, logs",
        "data/heartbeat | data/../x | services[0].heartbeat_file",
        "trading_robot | web_application | allowed: only with trading_robot",
      })
  void refusesAnInvalidHeartbeat(String part, String other, String reason) {
    String service = HEARTBEAT.replace(part, other == null ? "" : other);
    String refusal = refusal(REPOSITORY, "\"services\": [" + service + "]");
    assertTrue(refusal.contains(reason), refusal);
  }

  @Test
  void setsALogGroupOnlyIfTheEnvironmentShipsLogs() {
    String request = "{\"environment\": \"a.local\", " + REPOSITORY + "}";
    assertEquals("", plan("deploy", request, Map.of()).get("settings").get("LogGroup").asText());
    assertEquals(
        "/staging/instance/a.local",
        plan(
                "deploy",
                request,
                Map.of("DOCUMENT_PREFIX", "staging"),
                new MachineScope("a.local", "", "", true, ""))
            .get("settings")
            .get("LogGroup")
            .asText());
  }

  @Test
  void writesTheRevisionInLowerCase() {
    String revision = "ABCDEF0123456789ABCDEF0123456789ABCDEF01";
    JsonNode settings = deploy(REPOSITORY, "\"revision\": \"" + revision + "\"").get("settings");
    assertEquals("abcdef0123456789abcdef0123456789abcdef01", settings.get("Revision").asText());
  }

  @Test
  void thePlanOfThePowerMachineHasNoSettings() {
    JsonNode plan =
        plan("power", "{\"environment\": \"a.local\", \"operation\": \"stop\"}", Map.of());
    assertEquals(
        "{\"environment\":\"a.local\",\"operation\":\"stop\","
            + "\"application_path\":\"/opt/crypto-robot\",\"settings\":{}}",
        plan.toString());
  }

  @Test
  void planOfTheWatchMachineSaysWhatToRead() {
    JsonNode plan =
        plan("watch", "{\"environment\": \"a.local\", \"operation\": \"check-health\"}", Map.of());
    assertEquals("check-health", plan.get("operation").asText());
    assertEquals("/opt/crypto-robot", plan.get("application_path").asText());
    assertEquals("1h", plan.get("settings").get("Since").asText());
    assertEquals(List.of(), secrets.requested(), "a reading needs no secret");
  }

  @Test
  void readsNoKeysIfTheRequestRequiresASimulation() {
    secrets.with("crypto-robot/crypto-robot.local/keys", "{}");
    JsonNode settings = deploy(REPOSITORY, "\"simulate\": true").get("settings");
    assertEquals("true", settings.get("Simulate").asText());
    assertEquals("", keysVersion(settings), "a version would mean live keys");
  }

  private JsonNode watchPlan(String... deploy) {
    return plan(
        "watch",
        "{\"environment\": \"a.local\", \"operation\": \"plan\", \"deploy\": {%s}}"
            .formatted(String.join(", ", deploy)),
        Map.of());
  }

  @Test
  void aPlanHasTheSettingsOfTheDeployItIsAbout() {
    secrets.with("crypto-robot/a.local/keys", "{}");
    String[] fields = {REPOSITORY, "\"branch\": \"trial\"", "\"port\": 6000"};
    JsonNode plan = watchPlan(fields);
    assertEquals("plan", plan.get("operation").asText());
    assertEquals("/opt/crypto-robot", plan.get("application_path").asText());
    String request =
        "{\"environment\": \"a.local\", \"operation\": \"deploy\", %s}"
            .formatted(String.join(", ", fields));
    ObjectNode settings = plan("deploy", request, Map.of()).withObjectProperty("settings");
    assertEquals(settings.put("Operation", "plan"), plan.get("settings"));
    assertEquals("v-crypto-robot/a.local/keys", keysVersion(settings));
  }

  @Test
  void refusesAPlanWithThePathOfWhatIsWrong() {
    assertTrue(
        assertThrows(InvalidRequest.class, () -> watchPlan(REPOSITORY, "\"port\": 1"))
            .getMessage()
            .startsWith("in $.deploy: $.port: found the number 1; allowed: "));
    assertTrue(
        assertThrows(InvalidRequest.class, () -> watchPlan(REPOSITORY, "\"environment\": \"b\""))
            .getMessage()
            .startsWith("$.deploy.environment: found \"b\"; allowed: "));
    assertTrue(
        assertThrows(InvalidRequest.class, this::watchPlan)
            .getMessage()
            .startsWith("in $.deploy: $.repository_url: found no value"));
    assertEquals(List.of(), secrets.requested(), "a refused plan needs no secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "status"})
  void namesTheWatchMachineToADeployRequestThatOnlyReads(String operation) {
    assertEquals(
        "$.operation: found \"%s\"; allowed: an operation that changes something; the watch machine takes %s"
            .formatted(operation, operation),
        refusal(REPOSITORY, "\"operation\": \"" + operation + "\""));
  }

  private JsonNode migrate(String phase, String... more) {
    String fields = more.length == 0 ? "" : ", " + String.join(", ", more);
    String deploy = "{" + REPOSITORY + ", \"port\": 6000}";
    return plan(
        "migrate",
        "{\"environment\": \"a.local\", \"phase\": \"%s\", \"deploy\": %s%s}"
            .formatted(phase, deploy, fields),
        Map.of());
  }

  @Test
  void theParallelPhaseDeploysASimulationOnAnotherPort() {
    JsonNode plan = migrate("parallel");
    JsonNode deploy = plan.get("deploy");
    assertTrue(deploy.get("simulate").asBoolean(), deploy::toString);
    assertEquals("keep", deploy.get("containers").asText());
    assertEquals(6001, deploy.get("port").asInt());
    assertEquals("6000", plan.get("settings").get("Port").asText(), "the containers' own port");
    assertEquals(7000, migrate("parallel", "\"parallel_port\": 7000").at("/deploy/port").asInt());
  }

  @Test
  void theCutoverRefusesToReplaceContainersByASimulationThatWasNotRequested() {
    JsonNode deploy = migrate("cutover").get("deploy");
    assertEquals("replace", deploy.get("containers").asText());
    assertEquals("refuse", deploy.get("when_keys_invalid").asText());
    assertEquals(6000, deploy.get("port").asInt());
    assertFalse(deploy.has("simulate"), deploy::toString);
  }

  @Test
  void thePhaseStatusOfAMigrationStartsNoInstance() {
    assertFalse(migrate("status").get("starts_instance").asBoolean());
    assertTrue(migrate("prepare").get("starts_instance").asBoolean());
    String request = "{\"environment\": \"a.local\", \"phase\": \"%s\"}";
    JsonNode bare = plan("migrate", request.formatted("status"), Map.of());
    assertEquals("5000", bare.at("/settings/Port").asText(), "it needs no repository");
    assertTrue(
        assertThrows(
                InvalidRequest.class, () -> plan("migrate", request.formatted("cutover"), Map.of()))
            .getMessage()
            .startsWith("in $.deploy: $.repository_url: found no value"));
  }

  @Test
  void refusesAMigrationAndNamesThePathOfTheError() {
    assertEquals(
        "$.phase: found \"cut\"; allowed: prepare, parallel, cutover, cleanup, undo, status",
        assertThrows(InvalidRequest.class, () -> migrate("cut")).getMessage());
    assertEquals(
        "$.parallel_port: found 6000; allowed: a port other than the application's own",
        assertThrows(InvalidRequest.class, () -> migrate("parallel", "\"parallel_port\": 6000"))
            .getMessage());
    String request = "{\"environment\": \"a.local\", \"phase\": \"cutover\", \"deploy\": {%s}}";
    assertTrue(
        assertThrows(
                InvalidRequest.class,
                () -> plan("migrate", request.formatted("\"port\": 1"), Map.of()))
            .getMessage()
            .startsWith("in $.deploy: $.port: found the number 1; allowed: "));
    assertTrue(
        assertThrows(
                InvalidRequest.class,
                () -> plan("migrate", request.formatted("\"environment\": \"b\""), Map.of()))
            .getMessage()
            .startsWith("$.deploy.environment: found \"b\"; allowed: "));
  }

  static Stream<Arguments> requestsToEachMachine() {
    String deploy = "{\"environment\": \"a.local\", " + REPOSITORY + "}";
    return Stream.of(
        Arguments.of("deploy", deploy),
        Arguments.of("deploy", "{\"environment\": \"a.local\", \"operation\": \"rollback\"}"),
        Arguments.of("power", "{\"environment\": \"a.local\", \"operation\": \"stop\"}"),
        Arguments.of("watch", "{\"environment\": \"a.local\", \"operation\": \"status\"}"),
        Arguments.of(
            "watch",
            "{\"environment\": \"a.local\", \"operation\": \"plan\", \"deploy\": " + deploy + "}"),
        Arguments.of(
            "migrate",
            "{\"environment\": \"a.local\", \"phase\": \"cutover\", \"deploy\": " + deploy + "}"));
  }

  private String outOfScope(String machine, String request, MachineScope scope) {
    String refusal =
        assertThrows(InvalidRequest.class, () -> plan(machine, request, Map.of(), scope))
            .getMessage();
    assertEquals(List.of(), secrets.requested(), "no secret of another environment is described");
    return refusal;
  }

  @ParameterizedTest
  @MethodSource("requestsToEachMachine")
  void refusesAnotherEnvironmentThanThatOfItsMachine(String machine, String request) {
    plan(machine, request, Map.of(), new MachineScope("a.local", "", "", false, ""));
    secrets.requested().clear();
    for (String other : List.of("b.local", "a-local", "${Environment}", "")) {
      assertEquals(
          "$.environment: found \"a.local\"; allowed: " + other,
          outOfScope(machine, request, new MachineScope(other, "", "", false, "")));
    }
  }

  @ParameterizedTest
  @MethodSource("requestsToEachMachine")
  void refusesAnotherPathThanThatOfItsMachine(String machine, String request) {
    plan(
        machine,
        request,
        Map.of(),
        new MachineScope("a.local", "", "/opt/crypto-robot", false, ""));
    secrets.requested().clear();
    assertEquals(
        "$.application_path: found \"/opt/crypto-robot\"; allowed: /srv/robot",
        outOfScope(machine, request, new MachineScope("a.local", "", "/srv/robot", false, "")));
  }

  @ParameterizedTest
  @MethodSource("requestsToEachMachine")
  void refusesAnotherRepositoryThanThatOfItsMachine(String machine, String request) {
    String own = "https://github.com/owner/crypto-robot.git";
    plan(machine, request, Map.of(), new MachineScope("a.local", own, "", false, ""));
    secrets.requested().clear();
    MachineScope other =
        new MachineScope("a.local", "https://github.com/owner/other.git", "", false, "");
    if (request.contains("repository_url")) {
      String field = machine.equals("deploy") ? "$.repository_url" : "$.deploy.repository_url";
      assertEquals(
          field + ": found \"" + own + "\"; allowed: https://github.com/owner/other.git",
          outOfScope(machine, request, other));
    } else {
      plan(machine, request, Map.of(), other);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jack_robot.crypto-vision.com",
        "its_robot.crypto-vision.com",
        "crypto-robot.local",
        "a",
        "7"
      })
  void acceptsEveryNameOfAnEnvironment(String environment) {
    String request = "{\"environment\": \"" + environment + "\", " + REPOSITORY + "}";
    assertEquals(environment, plan("deploy", request, Map.of()).get("environment").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://github.com/owner/repo",
        "https://git.crypto-robot.internal:8443/a/b.git",
        "ssh://git@github.com/owner/repo.git",
        "ssh://git@host:2222/~owner/repo",
        "git@github.com:o/r.git"
      })
  void acceptsEveryKindOfRepositoryAddress(String url) {
    JsonNode plan = deploy("\"repository_url\": \"" + url + "\"");
    assertEquals(url, plan.get("settings").get("RepositoryUrl").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://github.com/owner/repo",
        "file:///srv/repo",
        "https://user@github.com/o/r",
        "https://user:hunter2@github.com/o/r",
        "https://github.com/o/r?token=x",
        "https://github.com/o/r#main",
        "https://github.com/o/../r",
        "https://github.com/o r",
        "https://github.com/o/r\\n",
        "ssh://-oProxyCommand=x/r",
        "ssh://git:pw@host/r",
        "ext::sh -c id",
        "/srv/repo",
        "https://github.com",
        "git@github.com:",
        "",
        "-x@host:r"
      })
  void refusesEveryOtherRepositoryAddress(String url) {
    String message = refusal("\"repository_url\": \"" + url + "\"");
    assertTrue(message.startsWith("$.repository_url: found "), message);
    assertFalse(message.contains("hunter2"), "repeats a password: " + message);
    assertFalse(message.contains("token=x"), "repeats a token: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "feature/a-b_c.d", "release/1.2+3", "a", "2026"})
  void acceptsEveryBranchNameThatGitAccepts(String branch) {
    JsonNode plan = deploy(REPOSITORY, "\"branch\": \"" + branch + "\"");
    assertEquals(branch, plan.get("settings").get("Branch").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "; rm -rf /",
        "-x",
        "--upload-pack=x",
        "a..b",
        "a//b",
        "/a",
        "a/",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "a b",
        "a~1",
        "a^",
        "a:b",
        "a?b",
        "a*",
        "a[b",
        "a\\\\b",
        "a@{1}",
        "@",
        "a\\n",
        "$(id)",
        "`id`",
        "",
        "ä"
      })
  void refusesEveryOtherBranchName(String branch) {
    String message = refusal(REPOSITORY, "\"branch\": \"" + branch + "\"");
    assertTrue(message.startsWith("$.branch: found "), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$.application_path | \"application_path\": \"/\"",
        "$.application_path | \"application_path\": \"/opt\"",
        "$.application_path | \"application_path\": \"/opt/\"",
        "$.application_path | \"application_path\": \"/opt/../etc\"",
        "$.application_path | \"application_path\": \"/opt/./a\"",
        "$.application_path | \"application_path\": \"/opt//a\"",
        "$.application_path | \"application_path\": \"/etc/a\"",
        "$.application_path | \"application_path\": \"opt/a\"",
        "$.application_path | \"application_path\": \"/opt/a b\"",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/other/venv\"",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/crypto-robot\"",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/crypto-robot/../x\"",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/crypto-robot/releases\"",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/crypto-robot/shared/x\"",
        "$.operation | \"operation\": \"delete\"",
        "$.revision | \"revision\": \"abc\"",
        "$.release | \"release\": \"20261123T061500Z-1a2b3c4\"",
        "$.release | \"operation\": \"rollback\", \"release\": \"../x\"",
        "$.python_version | \"python_version\": \"2.7\"",
        "$.python_version | \"python_version\": \"3.11.2\"",
        "$.python_version | \"python_version\": 3.11",
        "$.port | \"port\": 79",
        "$.port | \"port\": 442",
        "$.port | \"port\": 1023",
        "$.port | \"port\": 65536",
        "$.port | \"port\": \"5000\"",
        "$.port | \"port\": 5000.5",
        "$.port | \"port\": null",
        "$.health_path | \"health_path\": \"health\"",
        "$.health_path | \"health_path\": \"/health?x\"",
        "$.certificate_hostname | \"certificate_hostname\": \"..\"",
        "$.certificate_hostname | \"certificate_hostname\": \"a/b\"",
        "$.certificate_hostname | \"certificate_hostname\": \"*.a.com\"",
        "$.github_secret_name | \"github_secret_name\": \"GITHUB_TOKEN\"",
        "$.github_secret_name | \"github_secret_name\": \"1A\"",
        "$.mode | \"mode\": \"all\"",
        "$.protocol | \"protocol\": \"ftp\"",
        "$.when_keys_invalid | \"when_keys_invalid\": \"ignore\"",
        "$.keep_releases | \"keep_releases\": 1",
        "$.bake_seconds | \"bake_seconds\": -1",
        "$.restore_power | \"restore_power\": \"yes\"",
        "$.persistent_paths | \"persistent_paths\": \"data\"",
        "$.persistent_paths[0] | \"persistent_paths\": [\"../x\"]",
        "$.persistent_paths[0] | \"persistent_paths\": [\"/x\"]",
        "$.persistent_paths[0] | \"persistent_paths\": [\".env\"]",
        "$.persistent_paths[0] | \"persistent_paths\": [\"venv/lib\"]",
        "$.persistent_paths[0] | \"persistent_paths\": [\".git\"]",
        "$.persistent_paths[0] | \"persistent_paths\": [\"requirements.txt\"]",
        "$.virtual_env_path | \"virtual_env_path\": \"/opt/crypto-robot/environments/live\"",
        "$.persistent_paths[1] | \"persistent_paths\": [\"data\", \"data\"]",
        "$.persistent_paths[1] | \"persistent_paths\": [\"data\", \"data/x\"]",
        "$.services | \"services\": []",
        "$.services | \"services\": {}",
      })
  void refusesABadValueAndNamesItsPath(String path, String fields) {
    String message = refusal(REPOSITORY, fields);
    assertTrue(message.startsWith(path + ": found "), message);
    assertTrue(message.contains("; allowed: "), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$.services[0].type | \"robot\" | crypto-robot | python main.py",
        "$.services[0].name | \"trading_robot\" | Crypto | python main.py",
        "$.services[0].name | \"trading_robot\" | sshd | python main.py",
        "$.services[0].name | \"trading_robot\" | systemd-journald | python main.py",
        "$.services[0].name | \"trading_robot\" | crypto-robot-step-x | python main.py",
        "$.services[0].name | \"trading_robot\" | ../x | python main.py",
        "$.services[0].command | \"trading_robot\" | crypto-robot | python main.py; id",
        "$.services[0].command | \"trading_robot\" | crypto-robot | python $HOME/main.py",
        "$.services[0].command | \"trading_robot\" | crypto-robot | python ../main.py",
        "$.services[0].command | \"trading_robot\" | crypto-robot | python main.py &",
        "$.services[0].command | \"trading_robot\" | crypto-robot | /bin/sh",
        "$.services[0].command | \"trading_robot\" | crypto-robot | python ~/main.py",
      })
  void refusesABadService(String path, String type, String name, String command) {
    String message =
        refusal(
            REPOSITORY,
            "\"services\": [{\"name\": \"%s\", \"type\": %s, \"command\": \"%s\"}]"
                .formatted(name, type, command));
    assertTrue(message.startsWith(path + ": found "), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "-a", "a-", "a/b", "a b", "a\\n", "*", "..", "ä"})
  void refusesAnInvalidNameOfAnEnvironment(String environment) {
    String request = "{\"environment\": \"" + environment + "\", " + REPOSITORY + "}";
    InvalidRequest refused =
        assertThrows(InvalidRequest.class, () -> plan("deploy", request, Map.of()));
    assertTrue(refused.getMessage().startsWith("$.environment: found "), refused::getMessage);
  }

  @Test
  void refusesTwoServicesWithOneNameAndAModeThatEnablesNone() {
    String service = "{\"name\": \"a\", \"type\": \"trading_robot\", \"command\": \"python a.py\"}";
    String two = refusal(REPOSITORY, "\"services\": [" + service + ", " + service + "]");
    assertTrue(two.startsWith("$.services[1].name: found \"a\" a second time"), two);
    String none = refusal(REPOSITORY, "\"services\": [" + service + "], \"mode\": \"web\"");
    assertTrue(none.startsWith("$.services: found no service enabled for mode web"), none);
  }

  @Test
  void listsTheReservedNamesInOneOrder() {
    String message = refusal(REPOSITORY, "\"virtual_env_path\": \"/opt/crypto-robot/releases\"");
    assertEquals(
        "$.virtual_env_path: found \"/opt/crypto-robot/releases\"; allowed: a name that is not"
            + " reserved: releases, current, venvs, shared, certificates, mirror,"
            + " before-migration",
        message);
  }

  @Test
  void refusesBranchAndRevisionTogether() {
    String revision = "\"revision\": \"0123456789abcdef0123456789abcdef01234567\"";
    String message = refusal(REPOSITORY, "\"branch\": \"main\"", revision);
    assertEquals("$: found branch and revision; allowed: only one of branch, revision", message);
  }

  @Test
  void requiresTheRepositoryOnlyIfACommitIsFetched() {
    String message = refusal("\"operation\": \"deploy\"");
    assertTrue(message.startsWith("$.repository_url: found no value"), message);
    assertEquals("restart", deploy("\"operation\": \"restart\"").get("operation").asText());
    assertEquals("rollback", deploy("\"operation\": \"rollback\"").get("operation").asText());
  }

  @Test
  void distinguishesTheFieldsOfTheRequestFromDefaults() {
    assertEquals("{}", named("rollback"));
    assertEquals("{\"Port\":\"5000\"}", named("rollback", "\"port\": 5000"));
    assertEquals(
        "{\"Protocol\":\"http\",\"BakeSeconds\":\"0\"}",
        named("rotate-keys", "\"protocol\": \"http\"", "\"bake_seconds\": 0"));
    assertEquals(
        "{\"Services\":\"[{\\\"name\\\":\\\"w\\\",\\\"type\\\":\\\"web_application\\\","
            + "\\\"command\\\":\\\"python w\\\",\\\"enabled\\\":true}]\"}",
        named(
            "rollback",
            "\"mode\": \"web\"",
            "\"services\": [{\"name\": \"w\", \"type\": \"web_application\", \"command\": \"python w\"}]"));
    // What the commit decides stays what it was.
    assertEquals("{}", named("rollback", REPOSITORY, "\"persistent_paths\": [\"state\"]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "rotate-certificate"})
  void overridesNoSettingOfAnUnchangedRelease(String operation) {
    assertEquals(
        "{\"BakeSeconds\":\"1\"}",
        named(operation, "\"port\": 8080", "\"protocol\": \"http\"", "\"bake_seconds\": 1"));
  }

  @Test
  void refusesAModeWithoutServices() {
    String refused = refusal("\"operation\": \"rollback\"", "\"mode\": \"web\"");
    assertTrue(refused.contains("$.mode: found \"web\""), refused);
    assertTrue(refused.contains("mode together with services"), refused);
  }

  @Test
  void readsTheVersionOfTheCertificateUnlessTheRequestHasProtocolHttp() {
    secrets.with("crypto-robot/crypto-robot.local/certificate", "{}");
    String unnamed =
        deploy("\"operation\": \"rollback\"").at("/settings/CertificateVersion").asText();
    assertFalse(unnamed.isEmpty(), "the release may serve https");
  }

  private String named(String operation, String... fields) {
    String more = fields.length == 0 ? "" : ", " + String.join(", ", fields);
    return deploy("\"operation\": \"" + operation + "\"" + more).get("named").toString();
  }

  @Test
  void suggestsTheFieldThatTheUserProbablyMeant() {
    String message = refusal("\"repositoryUrl\": \"https://github.com/o/r\"");
    assertTrue(
        message.startsWith(
            "$.repositoryUrl: found an unknown field; allowed: did you mean repository_url?"),
        message);
  }

  @Test
  void reportsAllErrorsAtOnce() {
    String message = refusal(REPOSITORY, "\"port\": 1", "\"mode\": \"x\"");
    assertTrue(message.contains("$.port: ") && message.contains("$.mode: "), message);
  }

  @Test
  void neverRepeatsAKeyPastedIntoTheWrongField() {
    String key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
    String message = refusal(REPOSITORY, "\"branch\": \"" + key + "!\"", "\"" + key + "\": 1");
    assertFalse(message.contains(key.substring(0, 12)), message);
  }

  @Test
  void refusesUnknownFieldsOfItsOwnInput() {
    PlanDeployment function = new PlanDeployment(() -> secrets, Map.of());
    InvalidRequest refused =
        assertThrows(
            InvalidRequest.class,
            () -> Steps.call(function, "{\"machine\": \"deploy\", \"x\": 1}"));
    assertTrue(refused.getMessage().startsWith("$.x: found an unknown field"), refused::getMessage);
  }
}
