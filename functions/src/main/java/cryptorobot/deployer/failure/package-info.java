/** Every way a function can fail: one sealed family, in one file. */
package cryptorobot.deployer.failure;
