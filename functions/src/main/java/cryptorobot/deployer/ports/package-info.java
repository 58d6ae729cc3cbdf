/**
 * The interfaces through which the steps use AWS and time. They use the deployer's own terms and
 * sealed results, and no AWS type.
 */
package cryptorobot.deployer.ports;
