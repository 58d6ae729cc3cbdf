/**
 * Every fault the deploy machine can meet, one and two at a time: the shipped definition on the
 * engine, the functions as they are packaged, and a model of the instance beneath them.
 *
 * <p>Start with {@link cryptorobot.deployer.faults.Invariants}: what is checked after every case.
 */
package cryptorobot.deployer.faults;
