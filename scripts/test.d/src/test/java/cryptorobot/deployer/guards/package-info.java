/**
 * Each guard of the deployer is taken out once, in a copy of the sources, and a test has to notice.
 */
package cryptorobot.deployer.guards;
