/**
 * What the steps need of the world, in our own words: ports, sealed outcomes, and nothing of AWS.
 */
package cryptorobot.deployer.ports;
