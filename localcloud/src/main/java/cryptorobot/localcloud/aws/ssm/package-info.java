/**
 * SSM Run Command as the deployer meets it: documents, delivery, the agent on a machine, results.
 */
package cryptorobot.localcloud.aws.ssm;
