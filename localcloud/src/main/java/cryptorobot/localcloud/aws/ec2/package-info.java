/** The EC2 operations over the local fleet. */
package cryptorobot.localcloud.aws.ec2;
