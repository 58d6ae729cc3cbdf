/**
 * The ports: what a step needs from the world, in the deployer's own words, and the sealed outcomes
 * a port may answer with.
 */
package cryptorobot.deployer.host;
