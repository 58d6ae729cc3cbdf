/**
 * An instance and the services around it, as far as a deployment can tell: what lies on the disk,
 * what runs, and the host steps as the small changes they are made of.
 *
 * <p>Each step follows its script in {@code scripts/host}, change by change, and may be ended
 * between any two of them.
 */
package cryptorobot.deployer.faults.model;
