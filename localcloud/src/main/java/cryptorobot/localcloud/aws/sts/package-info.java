/** Who calls: the principals behind access keys. */
package cryptorobot.localcloud.aws.sts;
