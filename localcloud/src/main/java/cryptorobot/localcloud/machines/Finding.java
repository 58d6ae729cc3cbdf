package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

/**
 * A problem that prevents the local cloud from working on this machine.
 *
 * @param problem the problem, with evidence
 * @param remedy how to fix it
 */
public record Finding(String problem, String remedy) {
  public Finding {
    requireNonNull(problem, "problem is null");
    requireNonNull(remedy, "remedy is null");
  }

  @Override
  public String toString() {
    return problem + "\n  → " + remedy;
  }
}
