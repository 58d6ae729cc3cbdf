package cryptorobot.deployer.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void anInstanceThatServesIsDescribedInFull() throws Exception {
    var host =
        JSON.readTree(
            """
            {"release": "20261101T120000Z-abcdef0", "revision": "abcdef0", "mode": "live",
             "protocol": "https", "health": "healthy", "locked_by": null, "port": "5000",
             "units": {"crypto-robot": "active"}, "releases": [],
             "reason": "", "crashes": {"count": 1, "newest": "c", "reason": "r"}, "drift": 2}
            """);
    var running = new InstanceView("a.local", "i-1", "running", "10.213.0.2", true);
    assertEquals(
        JSON.readTree(
            """
            {"environment": "a.local", "instance_id": "i-1", "state": "running",
             "address": "10.213.0.2", "url": "https://10.213.0.2:5000",
             "release": "20261101T120000Z-abcdef0", "revision": "abcdef0", "mode": "live",
             "protocol": "https", "health": "healthy", "locked_by": null,
             "units": {"crypto-robot": "active"},
             "reason": "", "crashes": {"count": 1, "newest": "c", "reason": "r"}, "drift": 2}
            """),
        StatusText.json(running, host));
  }

  @Test
  void anInstanceThatDoesNotAnswerHasUnknownHealth() throws Exception {
    var stopped = new InstanceView("a.local", "i-1", "stopped", "10.213.0.2", false);
    assertEquals(
        JSON.readTree(
            """
            {"environment": "a.local", "instance_id": "i-1", "state": "stopped",
             "address": "10.213.0.2", "url": "", "release": "", "revision": "", "mode": "",
             "protocol": "", "health": "unknown", "locked_by": null, "units": {},
             "reason": "", "crashes": {"count": 0, "newest": "", "reason": ""}, "drift": null}
            """),
        StatusText.json(stopped, null));
  }
}
