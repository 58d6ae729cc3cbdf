/** Each guard of the deployer is removed once, in a copy of the sources, and a test must fail. */
package cryptorobot.deployer.guards;
