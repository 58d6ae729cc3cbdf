/**
 * The AWS services that the deployer uses, a package for each, over the protocols of AWS ({@link
 * cryptorobot.localcloud.aws.protocol}). This package holds what they share.
 */
package cryptorobot.localcloud.aws;
