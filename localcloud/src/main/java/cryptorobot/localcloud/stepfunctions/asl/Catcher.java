package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;

/** The transition after an error with one of these names. */
public record Catcher(List<String> errorEquals, Exit exit) {
  public Catcher {
    errorEquals = List.copyOf(errorEquals);
  }
}
