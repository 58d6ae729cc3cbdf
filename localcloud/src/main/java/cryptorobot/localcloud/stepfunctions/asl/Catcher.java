package cryptorobot.localcloud.stepfunctions.asl;

import java.util.List;

/** Where to go after errors of these names. */
public record Catcher(List<String> errorEquals, Exit exit) {
  public Catcher {
    errorEquals = List.copyOf(errorEquals);
  }
}
