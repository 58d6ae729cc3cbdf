/**
 * The whole deployer on real instances, used through {@code scripts/local} as a person uses it.
 * {@code scripts/test} runs these tests and gives them a LOCAL_STATE and a LOCAL_PORT of their own.
 */
package cryptorobot.deployer.endtoend;
