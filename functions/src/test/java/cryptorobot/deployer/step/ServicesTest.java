package cryptorobot.deployer.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import cryptorobot.deployer.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service may describe. */
class ServicesTest {

  private static final String ALL =
      """
      {"name":"r","type":"trading_robot","command":"python r","enabled":true,\
      "env":{"PYTHONPATH":"src","FREQTRADE__DRY_RUN":"true","CONFIG":"{\\"a\\": [1, \\"b c\\"]}"},\
      "stop_signal":"SIGINT","stop_seconds":900,"success_exit_statuses":[130],"ports":[8081],\
      "memory_max":"2G","cpu_quota":"50%","tasks_max":512,"restart":"on-failure","restart_limit":5,\
      "start_seconds":300,"unanswered_seconds":60,"health":{"path":"/status",\
      "expected_text":"\\"state\\": \\"RUNNING\\"","port":8080,"protocol":"http"},"ready":{"log_line":"Bot heartbeat"}}""";

  private static DeployRequest request(String services, String more) {
    return DeployRequest.of(
        Json.tree(
                "{\"environment\": \"a.local\", \"repository_url\": \"https://h/r\", \"services\": ["
                    + services
                    + "]"
                    + more
                    + "}")
            .orElseThrow());
  }

  private static String refusal(String services) {
    return assertThrows(InvalidRequest.class, () -> request(services, ""), services).getMessage();
  }

  private static String robot(String fields) {
    return "{\"name\":\"r\",\"type\":\"trading_robot\",\"command\":\"python r\"" + fields + "}";
  }

  @Test
  void passesOnAllThatAServiceDescribesAndNothingElse() {
    assertEquals(ALL, Json.text(request(ALL, "").services().getFirst()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python main.py --mode robot",
        "python main.py --json '{\"a\": [1, 2]}' \"it's\" a\\ b",
        "-m robot.main run",
        "src/main.py",
        "gunicorn 'app:create_app()' -b 0.0.0.0:5000",
        "freqtrade  trade -c config.json",
        "python main.py --pair BTC/USDT:USDT --share 50%"
      })
  void acceptsACommandAsAShellReadsIt(String command) {
    String quoted = Json.object().put("command", command).get("command").toString();
    String service = robot("").replace("\"python r\"", quoted);
    assertEquals(command, request(service, "").services().getFirst().command());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " python r",
        "/bin/sh -c x",
        "./main.py",
        "python main.py | tee log",
        "python main.py > log",
        "python main.py && echo",
        "python $HOME/main.py",
        "python \"$HOME/main.py\"",
        "python `id`",
        "python main.py *.csv",
        "python 'main.py",
        "python \"main.py",
        "python main.py\\",
        "python ../main.py",
        "python main.py\nExecStartPre=x",
        "bin/run.sh",
        "-c print(1)",
        "-m ../x"
      })
  void refusesACommandThatOnlyAShellUnderstands(String command) {
    String quoted = Json.object().put("command", command).get("command").toString();
    String refusal = refusal(robot("").replace("\"python r\"", quoted));
    assertTrue(refusal.contains("$.services[0].command"), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"stop_seconds\":4' | $.services[0].stop_seconds: found the number 4; allowed: an integer from 5 to 900",
        "'\"stop_signal\":\"SIGKILL\"' | $.services[0].stop_signal",
        "'\"env\":{\"PATH\":\"/x\"}' | $.services[0].env.PATH: found a variable that the deployer sets",
        "'\"env\":{\"1A\":\"x\"}' | $.services[0].env.1A: found this name; allowed: a variable",
        "'\"env\":{\"A\":1}' | $.services[0].env.A",
        "'\"ready\":\"yes\"' | allowed: \"notify\", {\"file\": …} or {\"log_line\": …}",
        "'\"ready\":{}' | either file or log_line",
        "'\"ready\":{\"file\":\"data/a\",\"log_line\":\"x\"}' | only one of file, log_line",
        "'\"ready\":{\"file\":\"other/a\"}' | a file below one of persistent_paths: data, logs",
        "'\"health\":{\"path\":\"/x\"}' | $.services[0].health.port",
        "'\"health\":{\"port\":8080,\"protocol\":\"https\"}' | https only with protocol https",
        "'\"health\":{\"port\":8080,\"text\":\"x\"}' | $.services[0].health.text: found an unknown field",
        "'\"unanswered_seconds\":30' | a service without a page",
        "'\"health\":{\"port\":8080},\"unanswered_seconds\":61' | at most start_seconds, 60",
        "'\"restart\":\"no\",\"restart_limit\":3' | no limit with restart no",
        "'\"ports\":[8080,8080]' | unique values",
        "'\"ports\":[80]' | $.services[0].ports[0]",
        "'\"memory_max\":\"lots\"' | $.services[0].memory_max"
      })
  void refusesADescriptionThatIsNotOne(String field, String reason) {
    String refusal = refusal(robot("," + field));
    assertTrue(refusal.contains(reason), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TELEGRAM | 123456789:AAabcdefghijklmnopqrstuvwxyz012345678",
        "API_SECRET | x",
        "DB_PASSWORD | hunter2",
        "FREQTRADE__EXCHANGE__KEY | abcdefghijklmnop",
        "JWT_TOKEN | abcdefghijklmnop",
        "DATABASE_URL | postgres://robot:pw@localhost/db",
        "X | aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3",
        "X | ghp_0123456789",
        "HOOK | https://discord.com/api/webhooks/1/x"
      })
  void refusesASecretAndNeverShowsIt(String name, String value) {
    String refusal = refusal(robot(",\"env\":{\"" + name + "\":\"" + value + "\"}"));
    assertTrue(refusal.contains("Put it into a secret"), refusal);
    assertFalse(refusal.contains(value), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MAX_TOKENS | 4096",
        "BASE_TOKEN | USDT",
        "TOKEN_FILE | config/token",
        "USE_API_KEY | false",
        "FREQTRADE__EXCHANGE__CCXT_CONFIG__URLS__API__public | http://127.0.0.1:8900/api/v3",
        "KEYS_PATH | data/keys.json"
      })
  void acceptsAVariableThatOnlyResemblesOne(String name, String value) {
    String service = robot(",\"env\":{\"" + name + "\":\"" + value + "\"}");
    assertEquals(value, request(service, "").services().getFirst().env().orElseThrow().get(name));
  }

  @Test
  void severalPagesNeedPortsOfTheirOwn() {
    String page = "{\"name\":\"p\",\"type\":\"web_application\",\"command\":\"python p\"}";
    String other = page.replace("\"p\",\"type", "\"q\",\"type");
    assertTrue(
        refusal(page + "," + other)
            .contains("$.services[1].health.port: found port 5000, which p has"),
        "one port");
    String own = other.replace("}", ",\"health\":{\"port\":5001}}");
    assertEquals(2, request(page + "," + own, "").services().size());
    assertTrue(
        refusal(page + "," + robot(",\"ports\":[5000]")).contains("which p has"), "a further port");
    String robot = robot("").replace("\"r\"", "\"only\"");
    assertEquals(
        3,
        request(page + "," + other + "," + robot, ", \"mode\": \"robot\"").services().size(),
        "what does not run has no port");
  }

  @Test
  void refusesMoreThanTheHostTakesInOneParameter() {
    String env = ",\"env\":{\"A\":\"" + "x ".repeat(490) + "\"}";
    var services = new StringBuilder();
    for (int i = 0; i < 9; i++) {
      services.append(i == 0 ? "" : ",").append(robot(env).replace("\"r\"", "\"r" + i + "\""));
    }
    assertTrue(refusal(services.toString()).contains("at most 8000 characters"));
  }
}
