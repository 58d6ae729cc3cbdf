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
  private final List<String> asked = new ArrayList<>();

  public FakeSecrets with(String name, String content) {
    contents.put(name, content);
    return this;
  }

  /** The names asked about, in order. */
  public List<String> asked() {
    return asked;
  }

  @Override
  public String currentVersion(String name) {
    asked.add(name);
    return contents.containsKey(name) ? "v-" + name : "";
  }

  @Override
  public StoredSecret read(String name, String version) {
    asked.add(name);
    return contents.containsKey(name) && version.equals("v-" + name)
        ? new StoredSecret.Present(new Secret(contents.get(name)))
        : new StoredSecret.Missing("there is no secret " + name);
  }
}
