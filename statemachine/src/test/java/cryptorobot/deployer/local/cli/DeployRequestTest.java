package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeployRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theCommandLineIsLaidOverTheEnvironmentsValues() throws Exception {
    var request =
        request("{'environment': 'a.local', 'branch': 'main', 'keep_releases': 5}")
            .repository("https://example.com/robot.git")
            .branch("trial")
            .set(Map.of("keep_releases", "3"));
    assertEquals(
        json(
            "{'environment': 'a.local', 'branch': 'trial', 'keep_releases': 3,"
                + " 'repository_url': 'https://example.com/robot.git'}"),
        request.json());
  }

  @Test
  void anOperationOnAReleaseLeavesToItsManifestWhatTheFileSaysOfTheNext() throws Exception {
    String file =
        "{'environment': 'a.local', 'branch': 'main', 'services': [], 'port': 80, 'simulate': true,"
            + " 'application_path': '/srv/a', 'keep_releases': 3}";
    for (String operation : List.of("rollback", "restart", "rotate-keys", "rotate-certificate")) {
      assertEquals(
          json(
              "{'environment': 'a.local', 'operation': '%s', 'simulate': true,".formatted(operation)
                  + " 'application_path': '/srv/a', 'keep_releases': 3, 'port': 8080}"),
          request(file).operation(operation).set(Map.of("port", "8080")).json());
    }
    assertEquals(80, request(file).operation("deploy").json().path("port").asInt());
  }

  @Test
  void aRevisionTakesThePlaceOfABranch() throws Exception {
    assertEquals(json("{'revision': 'abc'}"), request("{'branch': 'main'}").revision("abc").json());
    assertEquals(json("{'branch': 'main'}"), request("{'revision': 'abc'}").branch("main").json());
  }

  @Test
  void aValueIsJsonWhereItCanBeOne() throws Exception {
    var request = request("{}");
    request.set(Map.of("restore_power", "true"));
    request.set(Map.of("persistent_paths", "[\"data\"]"));
    request.set(Map.of("python_version", "3.10"));
    request.set(Map.of("mode", "robot"));
    assertEquals(
        json(
            "{'restore_power': true, 'persistent_paths': ['data'], 'python_version': '3.10',"
                + " 'mode': 'robot'}"),
        request.json());
  }

  private static DeployRequest request(String text) throws Exception {
    return new DeployRequest((com.fasterxml.jackson.databind.node.ObjectNode) json(text));
  }

  private static com.fasterxml.jackson.databind.JsonNode json(String text) throws Exception {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
