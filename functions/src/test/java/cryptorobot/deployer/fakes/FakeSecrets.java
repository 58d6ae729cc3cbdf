package cryptorobot.deployer.fakes;

import cryptorobot.deployer.ports.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A secret store in memory; the version of every secret is {@code v-<its name>}. */
public final class FakeSecrets implements Secrets {

  private final Map<String, String> contents = new HashMap<>();
  private final List<String> requested = new ArrayList<>();

  public FakeSecrets with(String name, String content) {
    contents.put(name, content);
    return this;
  }

  /** The names of the secrets read so far, in order. */
  public List<String> requested() {
    return requested;
  }

  @Override
  public String currentVersion(String name) {
    requested.add(name);
    return contents.containsKey(name) ? "v-" + name : "";
  }
}
