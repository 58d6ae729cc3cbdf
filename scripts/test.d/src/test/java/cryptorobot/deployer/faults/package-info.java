/**
 * Every fault of the deploy machine, one and two at a time: the shipped definition on the engine,
 * the packaged functions, and a model of the instance.
 *
 * <p>Start with {@link cryptorobot.deployer.faults.Invariants}: what is checked after every case.
 */
package cryptorobot.deployer.faults;
