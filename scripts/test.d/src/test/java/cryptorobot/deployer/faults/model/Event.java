package cryptorobot.deployer.faults.model;

/** One line of {@code history.jsonl}. */
record Event(String event, String release, String previous) {}
