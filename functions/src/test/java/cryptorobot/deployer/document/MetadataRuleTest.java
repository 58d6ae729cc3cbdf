package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code crypto-robot-metadata.nft}, held against the kernel in a network of its own, which takes
 * root: who still reaches the addresses of the metadata service.
 */
@Tag("instance")
class MetadataRuleTest {

  private static final String TRIED =
      """
      set -e
      ip link set lo up
      ip addr add 169.254.169.254/32 dev lo
      ip addr add fd00:ec2::254/128 dev lo nodad
      # Twice: what is loaded at boot is loaded again by the next deployment.
      for time in 1 2; do nft -f "$1"; done
      python3 -m http.server 80 --bind :: >/dev/null 2>&1 &
      ask() {
        curl --silent --noproxy '*' --globoff --max-time 5 --output /dev/null --write-out '%{http_code}' "http://$1/" || true
      }
      export -f ask
      until [[ $(ask 127.0.0.1) == 200 ]]; do kill -0 $!; done
      for address in 127.0.0.1 169.254.169.254 '[fd00:ec2::254]'; do
        printf '%s: root %s' "$address" "$(ask "$address")"
        # An ordinary user, one without an account as in a user namespace, and nobody.
        for user in 1000 100001 nobody; do
          printf ', %s %s' "$user" "$(setpriv --reuid="$user" --clear-groups bash -c 'ask "$1"' bash "$address")"
        done
        echo
      done
      kill $!
      """;

  @Test
  void keepsTheUserFromTheCredentialsAndFromNothingElse() {
    String rules = Script.UNITS.resolve("crypto-robot-metadata.nft").toString();

    Script.Ended ended =
        Script.run(List.of("unshare", "--net", "bash", "-c", TRIED, "bash", rules), Map.of(), "");

    assertEquals(
        """
        127.0.0.1: root 200, 1000 200, 100001 200, nobody 200
        169.254.169.254: root 200, 1000 000, 100001 000, nobody 000
        [fd00:ec2::254]: root 200, 1000 000, 100001 000, nobody 000
        """,
        ended.output(),
        ended::errors);
  }
}
