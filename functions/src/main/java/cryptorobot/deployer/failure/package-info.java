/** Every way a function can fail, as one sealed family in one file. */
package cryptorobot.deployer.failure;
