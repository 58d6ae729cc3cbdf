/**
 * Runs parsed definitions as AWS Step Functions does. Start with {@link
 * cryptorobot.localcloud.stepfunctions.engine.Engine#start}. Time, randomness and tasks are
 * injected, so that a test runs years of waiting in a moment.
 */
package cryptorobot.localcloud.stepfunctions.engine;
