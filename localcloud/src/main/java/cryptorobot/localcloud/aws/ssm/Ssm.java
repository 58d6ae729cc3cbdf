package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.Latencies;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.Timer;
import cryptorobot.localcloud.machines.Fleet;
import java.util.Map;
import java.util.function.Consumer;

/** Composes SSM. */
public final class Ssm {
  private Ssm() {}

  /**
   * @param environment the environment of scripts, without their parameters
   */
  public static SsmApi api(
      Fleet fleet,
      Documents documents,
      PrivateFileStore files,
      Timer timer,
      Latencies latencies,
      String region,
      Map<String, String> environment,
      Consumer<String> log) {
    CommandStore store = new CommandStore(files);
    Pings pings = new Pings(fleet, timer, latencies.stalePing());
    Agent agent =
        new Agent(
            new Agent.Services(
                fleet, store, timer, latencies, new Workers(), region, environment, log));
    return new SsmApi(
        new SendCommand(documents, pings, store, agent, timer),
        new CommandQueries(store, pings, timer, latencies),
        new DocumentQueries(documents));
  }
}
