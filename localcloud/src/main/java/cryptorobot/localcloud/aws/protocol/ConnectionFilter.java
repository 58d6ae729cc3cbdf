package cryptorobot.localcloud.aws.protocol;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Accepts a connection before the request is processed: from programs of the user that runs the
 * local cloud (root), and from the instances. Each must use the right host name. A web page is
 * refused, whatever user runs the browser: it sends an {@code Origin}, or, with DNS rebinding, a
 * {@code Host} with its own name.
 */
public final class ConnectionFilter {
  private static final String INSIDE = "169.254.169.254";

  private final Predicate<String> instances;
  private final int uid;

  /**
   * @param instances whether an address belongs to an instance
   */
  public ConnectionFilter(Predicate<String> instances) {
    this.instances = instances;
    this.uid = Peer.ownUid();
  }

  /**
   * The result of the check.
   *
   * @param local whether the caller is a program of this machine
   * @param refusal reason the caller is refused; empty if it is accepted
   */
  public record Result(boolean local, Optional<String> refusal) {
    private static Result refused(String reason) {
      return new Result(false, Optional.of(reason));
    }
  }

  /**
   * Checks a connection.
   *
   * @param hosts every {@code Host} header of the request
   * @param origin whether the request has an {@code Origin}
   */
  public Result check(
      InetSocketAddress peer, InetSocketAddress here, List<String> hosts, boolean origin) {
    return switch (Peer.of(peer, here)) {
      case Peer.OfUser user when user.uid() == uid ->
          named(true, Set.of("127.0.0.1", "localhost"), here.getPort(), hosts, origin);
      case Peer.OfUser user ->
          Result.refused(
              "The local cloud accepts only programs of its own user, which is %d; this is user %d"
                  .formatted(uid, user.uid()));
      case Peer.Closed _ -> Result.refused("The caller closed its connection: its user is unknown");
      case Peer.Elsewhere _ when instances.test(peer.getAddress().getHostAddress()) ->
          named(false, Set.of(INSIDE), here.getPort(), hosts, origin);
      case Peer.Elsewhere _ ->
          Result.refused(
              "The local cloud accepts only this machine and its instances, not "
                  + peer.getAddress().getHostAddress());
    };
  }

  private static Result named(
      boolean local, Set<String> names, int port, List<String> hosts, boolean origin) {
    if (origin) {
      return Result.refused("The local cloud refuses web pages: the request has an Origin");
    }
    boolean known =
        hosts.size() == 1
            && names.stream()
                .anyMatch(
                    name ->
                        hosts.getFirst().equalsIgnoreCase(name + ":" + port)
                            || port == 80 && hosts.getFirst().equalsIgnoreCase(name));
    return known
        ? new Result(local, Optional.empty())
        : Result.refused(
            "The Host of the request is not the local cloud's, which is "
                + String.join(" or ", names.stream().sorted().map(n -> n + ":" + port).toList()));
  }
}
