/**
 * The functions, one class each: what a state of the state machine does. Start with {@link
 * cryptorobot.deployer.step.PlanDeployment}; the states bear these classes' names.
 */
package cryptorobot.deployer.step;
