package cryptorobot.deployer.json;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import java.util.ArrayList;
import java.util.List;

/** Collects the errors of a document, so that its author can fix all of them at once. */
public final class Refusals {

  private static final int MOST = 8;

  private final List<String> messages = new ArrayList<>();

  /** See {@link InvalidRequest#InvalidRequest(String, String, String)}. */
  public void add(String path, String found, String allowed) {
    messages.add(path + ": found " + found + "; allowed: " + allowed);
  }

  /** Whether no error was added. */
  public boolean isEmpty() {
    return messages.isEmpty();
  }

  /** Throws {@code InvalidRequest} if any error was added. */
  public void raise() {
    if (messages.size() > MOST) {
      String rest = " … and " + (messages.size() - MOST) + " more";
      throw new InvalidRequest(String.join(" | ", messages.subList(0, MOST)) + rest);
    }
    if (!messages.isEmpty()) {
      throw new InvalidRequest(String.join(" | ", messages));
    }
  }
}
