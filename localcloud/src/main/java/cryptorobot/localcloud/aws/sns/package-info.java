/** SNS Publish. Messages are stored and shown in the logs. */
package cryptorobot.localcloud.aws.sns;
