/** Lambda Invoke, and the two ways a packaged function is run here. */
package cryptorobot.deployer.local.cloud.lambda;
