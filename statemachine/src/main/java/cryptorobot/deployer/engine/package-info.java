/**
 * Runs parsed definitions as AWS Step Functions does: {@link
 * cryptorobot.deployer.engine.Engine#start} is the way in. Time, randomness and the work itself
 * come in from outside, so a test runs years of waiting in a moment.
 */
package cryptorobot.deployer.engine;
