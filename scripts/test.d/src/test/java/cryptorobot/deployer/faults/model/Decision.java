package cryptorobot.deployer.faults.model;

import java.time.Instant;

/** Whether an activated release stays: the content of {@code armed} and its two successors. */
record Decision(
    String release, String previous, String owner, Instant at, boolean onlyCertificate) {

  /** The name of the file that holds it; a rename leads from the first to one of the others. */
  enum Kind {
    ARMED,
    CONFIRMING,
    FIRING
  }
}
