/**
 * SSM Run Command as the deployer uses it: documents, delivery, the agent on an instance, results.
 */
package cryptorobot.localcloud.aws.ssm;
