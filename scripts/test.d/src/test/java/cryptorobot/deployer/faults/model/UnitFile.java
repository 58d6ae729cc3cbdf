package cryptorobot.deployer.faults.model;

/** A rendered systemd unit: which program of which environment it starts. */
record UnitFile(String name, boolean robot, String environment, String command) {}
