/** STS, and the principals of access keys. */
package cryptorobot.localcloud.aws.sts;
