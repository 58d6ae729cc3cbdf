/**
 * The whole deployer, driven through {@code scripts/local} as a person would, on real instances.
 * Run by {@code scripts/test}, which gives it a LOCAL_STATE and a LOCAL_PORT of its own.
 */
package cryptorobot.deployer.endtoend;
