/** The EC2 operations over the local fleet. */
package cryptorobot.deployer.local.cloud.ec2;
