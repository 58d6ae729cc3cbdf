package cryptorobot.deployer.faults;

import java.util.List;

/** A request, the instance it meets, and what goes wrong. */
record Case(Scenario scenario, List<Fault> faults) {
  Case {
    faults = List.copyOf(faults);
  }
}
