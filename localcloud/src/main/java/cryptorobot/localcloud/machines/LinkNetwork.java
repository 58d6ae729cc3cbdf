package cryptorobot.localcloud.machines;

import java.util.Collection;
import java.util.Optional;

/** The /30 between this machine and one instance. */
record LinkNetwork(Ipv4Range range) {

  LinkNetwork {
    if (range.prefix() != 30) {
      throw new IllegalArgumentException(range + " is not a /30");
    }
  }

  static LinkNetwork parse(String text) {
    return new LinkNetwork(Ipv4Range.parse(text));
  }

  /** The first /30 of a range that overlaps no taken range. The order is always the same. */
  static Optional<LinkNetwork> firstFree(Ipv4Range from, Collection<Ipv4Range> taken) {
    for (long first = from.first(); first + 4 <= from.first() + from.size(); first += 4) {
      var candidate = new Ipv4Range(first, 30);
      if (taken.stream().noneMatch(candidate::overlaps)) {
        return Optional.of(new LinkNetwork(candidate));
      }
    }
    return Optional.empty();
  }

  String hostEnd() {
    return range.address(1);
  }

  String machineEnd() {
    return range.address(2);
  }

  /** The host name that EC2 derives from the address. */
  String hostname() {
    return "ip-" + machineEnd().replace('.', '-');
  }
}
