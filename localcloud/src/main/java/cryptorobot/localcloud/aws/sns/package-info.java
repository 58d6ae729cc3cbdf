/** SNS Publish; what is published is kept and shown in the logs. */
package cryptorobot.localcloud.aws.sns;
