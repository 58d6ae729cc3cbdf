/** Who calls: the principals behind access keys. */
package cryptorobot.deployer.local.cloud.sts;
