package cryptorobot.deployer.faults.model;

import java.time.Instant;

/**
 * {@code saved/<id>} in root's state folder: what a release that served had before its keys were
 * changed.
 */
record Saved(Env env, Manifest manifest, RootState state, Instant at) {}
