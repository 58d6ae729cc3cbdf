/** The EC2 operations on the local fleet. */
package cryptorobot.localcloud.aws.ec2;
