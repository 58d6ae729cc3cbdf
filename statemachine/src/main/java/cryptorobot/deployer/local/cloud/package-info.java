/**
 * The local cloud: one HTTP server that speaks the AWS protocols the deployer uses, over a fleet of
 * local machines. Entry point: {@link cryptorobot.deployer.local.cloud.Cloud}.
 */
package cryptorobot.deployer.local.cloud;
