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
      for time in 1 2; do sed 's/"ec2-user"/"nobody"/' "$1" | nft -f -; done
      python3 -m http.server 80 --bind :: >/dev/null 2>&1 &
      ask() {
        curl --silent --noproxy '*' --globoff --max-time 5 --output /dev/null --write-out '%{http_code}' "http://$1/" || true
      }
      export -f ask
      until [[ $(ask 127.0.0.1) == 200 ]]; do kill -0 $!; done
      for address in 127.0.0.1 169.254.169.254 '[fd00:ec2::254]'; do
        as_user=$(setpriv --reuid=nobody --clear-groups bash -c 'ask "$1"' bash "$address")
        printf '%s: root %s, user %s\\n' "$address" "$(ask "$address")" "$as_user"
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
        127.0.0.1: root 200, user 200
        169.254.169.254: root 200, user 000
        [fd00:ec2::254]: root 200, user 000
        """,
        ended.output(),
        ended::errors);
  }
}
