package cryptorobot.localcloud.aws.protocol;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who is let in before anything of a request is looked at: programs of the user that the cloud runs
 * as (root), and the instances, each by the name they have for it. A web page is neither, whatever
 * user its browser has: it sends an {@code Origin}, or by DNS rebinding the {@code Host} of its own
 * name.
 */
public final class ConnectionFilter {
  private static final String INSIDE = "169.254.169.254";

  private final Predicate<String> instances;
  private final int uid;

  /**
   * @param instances whether an address is that of an instance
   */
  public ConnectionFilter(Predicate<String> instances) {
    this.instances = instances;
    this.uid = Peer.ownUid();
  }

  /**
   * What is known of a caller.
   *
   * @param local whether it is a program of this machine
   * @param refusal why it is not let in; empty when it is
   */
  public record Visitor(boolean local, Optional<String> refusal) {
    private static Visitor refused(String why) {
      return new Visitor(false, Optional.of(why));
    }
  }

  /**
   * Looks at who comes.
   *
   * @param hosts every {@code Host} header of the request
   * @param origin whether it has an {@code Origin}
   */
  public Visitor look(
      InetSocketAddress peer, InetSocketAddress here, List<String> hosts, boolean origin) {
    return switch (Peer.of(peer, here)) {
      case Peer.OfUser user when user.uid() == uid ->
          named(true, Set.of("127.0.0.1", "localhost"), here.getPort(), hosts, origin);
      case Peer.OfUser user ->
          Visitor.refused(
              "The local cloud answers programs of its own user only, which is %d; this is user %d"
                  .formatted(uid, user.uid()));
      case Peer.Closed _ ->
          Visitor.refused("The caller closed its connection: its user cannot be told any more");
      case Peer.Elsewhere _ when instances.test(peer.getAddress().getHostAddress()) ->
          named(false, Set.of(INSIDE), here.getPort(), hosts, origin);
      case Peer.Elsewhere _ ->
          Visitor.refused(
              "The local cloud answers this machine and its instances only, not "
                  + peer.getAddress().getHostAddress());
    };
  }

  private static Visitor named(
      boolean local, Set<String> names, int port, List<String> hosts, boolean origin) {
    if (origin) {
      return Visitor.refused("The local cloud answers no web page: the request has an Origin");
    }
    boolean known =
        hosts.size() == 1
            && names.stream()
                .anyMatch(
                    name ->
                        hosts.getFirst().equalsIgnoreCase(name + ":" + port)
                            || port == 80 && hosts.getFirst().equalsIgnoreCase(name));
    return known
        ? new Visitor(local, Optional.empty())
        : Visitor.refused(
            "The Host of the request is not the local cloud's, which is "
                + String.join(" or ", names.stream().sorted().map(n -> n + ":" + port).toList()));
  }
}
