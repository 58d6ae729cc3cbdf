/**
 * The strict JSON mapping: refuses a field that is unknown, missing or of the wrong type, and names
 * its path.
 */
package cryptorobot.deployer.json;
