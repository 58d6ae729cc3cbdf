/**
 * Runs parsed definitions as AWS Step Functions does: {@link
 * cryptorobot.localcloud.stepfunctions.engine.Engine#start} is the way in. Time, randomness and the
 * work itself come in from outside, so a test runs years of waiting in a moment.
 */
package cryptorobot.localcloud.stepfunctions.engine;
