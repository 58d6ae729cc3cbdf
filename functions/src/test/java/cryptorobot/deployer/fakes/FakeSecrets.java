package cryptorobot.deployer.fakes;

import cryptorobot.deployer.ports.Secret;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.StoredSecret;
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

  @Override
  public StoredSecret read(String name, String version) {
    requested.add(name);
    return contents.containsKey(name) && version.equals("v-" + name)
        ? new StoredSecret.Present(new Secret(contents.get(name)))
        : new StoredSecret.Missing("there is no secret " + name);
  }
}
