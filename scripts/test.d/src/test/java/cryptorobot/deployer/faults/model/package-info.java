/**
 * An instance and the services around it, as a deploy uses them: its disk, its processes, and the
 * host steps as the small changes they consist of.
 *
 * <p>Each step follows its script in {@code scripts/host}, change by change, and may be ended
 * between any two of them.
 */
package cryptorobot.deployer.faults.model;
