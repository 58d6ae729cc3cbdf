package cryptorobot.deployer.faults.model;

import java.time.Instant;

/** A unit's process: the unit it was started by, the release it works in, the .env it read. */
record Running(UnitFile unit, String release, Env env, String certificate, Instant since) {}
