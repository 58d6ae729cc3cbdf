package cryptorobot.deployer.faults;

import java.util.List;

/** A request, the instance at its start, and what fails. */
record Case(Scenario scenario, List<Fault> faults) {
  Case {
    faults = List.copyOf(faults);
  }
}
