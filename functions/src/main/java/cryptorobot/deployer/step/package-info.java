/**
 * The functions, one class each: what a state of a state machine does. Start with {@link
 * cryptorobot.deployer.step.PlanDeployment}.
 */
package cryptorobot.deployer.step;
