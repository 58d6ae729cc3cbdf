package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;

/** What a state does about errors: retriers first, then catchers, each in order. */
public record Recovery(List<Retrier> retriers, List<Catcher> catchers) {
  public Recovery {
    retriers = List.copyOf(retriers);
    catchers = List.copyOf(catchers);
  }
}
