package cryptorobot.localcloud.machines;

import static java.util.Objects.requireNonNull;

/**
 * Something that keeps the local cloud from working on this machine.
 *
 * @param problem what is wrong, with the evidence
 * @param remedy what to do about it
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
