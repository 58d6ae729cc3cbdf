package cryptorobot.localcloud.machines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinkNetworkTest {
  private static final Ipv4Range SMALL = Ipv4Range.parse("10.213.0.0/28");

  @Test
  void picksTheFirstSubnetThatOverlapsNothingTaken() {
    var taken = List.of(Ipv4Range.parse("10.213.0.0/30"), Ipv4Range.parse("10.213.0.5"));

    assertEquals(
        Optional.of(LinkNetwork.parse("10.213.0.8/30")), LinkNetwork.firstFree(SMALL, taken));
  }

  @Test
  void findsNoneWhenAWiderRouteCoversTheRange() {
    assertEquals(
        Optional.empty(),
        LinkNetwork.firstFree(SMALL, List.of(Ipv4Range.parse("10.0.0.0/8"))),
        "a subnet inside another network would take its packets");
  }

  @Test
  void findsNoneWhenAllAreTaken() {
    assertEquals(
        Optional.empty(), LinkNetwork.firstFree(SMALL, List.of(Ipv4Range.parse("10.213.0.0/28"))));
  }

  @Test
  void namesBothEnds() {
    var network = LinkNetwork.parse("10.213.255.252/30");

    assertEquals("10.213.255.253", network.hostEnd());
    assertEquals("10.213.255.254", network.machineEnd());
    assertEquals("ip-10-213-255-254", network.hostname());
  }

  @Test
  void refusesAnInvalidRange() {
    for (String bad : List.of("", "10.213.0.0/33", "10.213.0.1/30", "10.256.0.0/16", "a.b.c.d")) {
      assertThrows(IllegalArgumentException.class, () -> Ipv4Range.parse(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> LinkNetwork.parse("10.213.0.0/29"));
  }

  @Test
  void overlappingIsSymmetric() {
    var wide = Ipv4Range.parse("0.0.0.0/0");
    var last = Ipv4Range.parse("255.255.255.255/32");

    assertTrue(wide.overlaps(last) && last.overlaps(wide));
    assertFalse(Ipv4Range.parse("10.0.0.0/30").overlaps(Ipv4Range.parse("10.0.0.4/30")));
  }

  @Test
  void linkNamesFitTheKernelsLimitOfFifteenCharacters() {
    assertEquals("crl-0123456789a", Network.device("i-0123456789abcdef0"));
  }
}
