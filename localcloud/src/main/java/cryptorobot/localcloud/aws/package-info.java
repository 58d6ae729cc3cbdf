/**
 * The AWS services that the deployer uses, one package each, over the protocols of AWS ({@link
 * cryptorobot.localcloud.aws.protocol}). This package holds their common parts.
 */
package cryptorobot.localcloud.aws;
