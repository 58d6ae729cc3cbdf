/**
 * The local cloud: one HTTP server that speaks the AWS protocols the deployer uses, over a fleet of
 * local machines. Entry point: {@link cryptorobot.localcloud.aws.Cloud}.
 */
package cryptorobot.localcloud.aws;
