package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;

/** The error handling of a state: first the retriers, then the catchers, each in order. */
public record Recovery(List<Retrier> retriers, List<Catcher> catchers) {
  public Recovery {
    retriers = List.copyOf(retriers);
    catchers = List.copyOf(catchers);
  }
}
