package cryptorobot.deployer.faults.model;

/** The lock of the instance, as {@code lock.sh} writes it. */
record Lock(String owner, int generation, int phase, boolean untilBoot, int boot) {
  Lock atPhase(int reached) {
    return new Lock(owner, generation, reached, untilBoot, boot);
  }

  Lock untilReboot(int now) {
    return new Lock(owner, generation, phase, true, now);
  }
}
