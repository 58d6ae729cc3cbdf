package cryptorobot.deployer.faults.model;

/** What the deployer writes into a release's {@code .env}; of the keys only their version. */
record Env(String mode, String keysVersion, String protocol) {}
