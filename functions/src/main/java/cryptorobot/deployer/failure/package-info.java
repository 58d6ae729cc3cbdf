/** Every error name the state machine may retry or catch: one sealed family, one class each. */
package cryptorobot.deployer.failure;
