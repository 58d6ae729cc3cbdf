package cryptorobot.deployer.local.cloud.ssm;

import cryptorobot.deployer.local.cloud.Files0600;
import cryptorobot.deployer.local.cloud.Latencies;
import cryptorobot.deployer.local.cloud.Timer;
import cryptorobot.deployer.local.instance.Fleet;
import java.util.Map;
import java.util.function.Consumer;

/** Puts SSM together. */
public final class Ssm {
  private Ssm() {}

  /**
   * @param environment what scripts see beside their parameters
   */
  public static SsmApi api(
      Fleet fleet,
      Documents documents,
      Files0600 files,
      Timer timer,
      Latencies latencies,
      String region,
      Map<String, String> environment,
      Consumer<String> log) {
    CommandStore store = new CommandStore(files);
    Pings pings = new Pings(fleet, timer, latencies.stalePing());
    Agent agent =
        new Agent(
            new Agent.Means(
                fleet, store, timer, latencies, new Workers(), region, environment, log));
    return new SsmApi(
        new Sending(documents, pings, store, agent, timer),
        new Telling(store, pings, timer, latencies),
        new DocumentTelling(documents));
  }
}
