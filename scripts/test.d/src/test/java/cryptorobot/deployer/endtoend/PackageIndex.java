package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Whether pip inside an instance installs from a real package index. */
final class PackageIndex {
  /** The file in which the local cloud gives the reason why pip uses the wheelhouse. */
  private static final String WHY_NOT =
      """
      if grep --quiet '^no-index' /etc/pip.conf 2>/dev/null; then
        cat /opt/wheelhouse/no-index.txt 2>/dev/null || echo 'no index answers'
      fi
      """;

  private PackageIndex() {}

  /** Ends a test as not run where no index answers. */
  static void assumeAnswers(Instance instance) {
    String why = instance.sh(WHY_NOT);
    assumeTrue(why.isEmpty(), "robots are installed from a package index: " + why);
  }
}
