/**
 * The one strict JSON mapping: what is unknown, missing or of a wrong type is refused with its
 * path.
 */
package cryptorobot.deployer.json;
